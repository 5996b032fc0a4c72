import { SpacetickError } from './errors.ts';

/** In place of uuid-of.ts in the lean build: bindings that have a Uuid read it by `readUuid`, and no others carry it. */
export function uuidOf(): never {
  const detail = 'bindings of an older spacetick';
  throw new SpacetickError('E_BUILDER', `${detail}`);
}
