// What bindings do not carry: codecs of types met at run time. `#codecs` (package.json "imports") is this file; under the
// condition `spacetick-bsatn` it is plain-codecs.ts: same names.
export { codecOf, equalityOf } from '../values/index.ts';
