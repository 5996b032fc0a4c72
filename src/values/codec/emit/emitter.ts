import type { AlgebraicType } from '../../algebraic-type.ts';

/** The functions a codec is made of. */
export type Operation = 'read' | 'write' | 'unpack' | 'copy' | 'equal';

/**
 * How the emitted functions are annotated: with nothing, as JavaScript for `new Function`; or with types, for bindings.
 * `type` prints the TypeScript type of a value.
 */
export interface Annotations {
  type(type: AlgebraicType): string;
  /** A function that reads a Uuid from a reader, where the source is not to rely on the reader's method. */
  readonly uuidReader?: string;
}

/** What the emitters of function bodies ask of the source they write for. */
export interface Emitter {
  readonly annotations: Annotations | undefined;
  /** Emits what is missing of `operation` for `type`; returns the name of its function. */
  functionFor(operation: Operation, type: AlgebraicType): string;
}
