// Codecs know no paths: when one fails, the value is walked again to find which part was at fault. The lean build
// (scripts/lean.mjs) has lean.ts in place of this file: same names.
export { unexplained } from './blame.ts';
export { explainBsatn } from './bsatn.ts';
export { explainPlain } from './plain.ts';
export { explainValue } from './value.ts';
