// In place of index.ts in the lean build: the subprotocols it speaks.
export { v2Protocol, v3Protocol } from './bsatn/client-v2.ts';
