import { fromHex, toHex } from '../../../src/values/index.ts';
import fixture from '../../fixtures/wire-vectors.json';

export interface Vector {
  readonly id: string;
  readonly group: string;
  readonly value?: unknown;
  readonly hex?: string;
  readonly wsPayloadHex?: string;
}

export const vectors = fixture.vectors as readonly Vector[];

/** The recorded payload as it stood on the wire. */
export function recorded(id: string): Uint8Array {
  const vector = vectors.find((candidate) => candidate.id === id);
  const bytes = fromHex(vector?.wsPayloadHex ?? vector?.hex ?? 'none');
  if (bytes === undefined) throw new Error(`no vector ${id}`);
  return bytes;
}

export { toHex };
