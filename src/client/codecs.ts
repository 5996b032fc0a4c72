// What bindings do not carry: codecs of types met at run time. `#codecs` (package.json "imports") is this file; under the
// conditions `spacetick-bsatn` and `spacetick-lean` it is plain-codecs.ts: same names.
export { codecOf, equalityOf } from '../values/index.ts';
