// In place of uuid-of.ts in the lean build: bindings that have a Uuid read it by `readUuid`, and no others carry it.
export { refuseBindings as uuidOf } from './lean/refuse.ts';
