// Codecs know no paths. `#explain` (package.json "imports") is this file: when a codec fails, the value is walked again to
// find which part was at fault. In the lean build it is lean.ts: same names.
export { unexplained } from './blame.ts';
export { explainBsatn } from './bsatn.ts';
export { explainPlain } from './plain.ts';
export { explainValue } from './value.ts';
