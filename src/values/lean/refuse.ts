import { SpacetickError } from '../errors.ts';

/** @throws SpacetickError E_BUILDER: the lean build takes what bindings of `spacetick generate` bring, and no others */
export function refuseBindings(): never {
  const detail = 'bindings of another generator, or of an older one';
  throw new SpacetickError('E_BUILDER', `${detail}`);
}
