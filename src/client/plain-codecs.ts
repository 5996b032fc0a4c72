// `#codecs` for clients that speak BSATN only: closures that read and write.
export { plainCodecOf as codecOf, plainEqualityOf as equalityOf } from '../values/index.ts';
