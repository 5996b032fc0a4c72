import { HexId } from './hex-id.ts';

const IDENTITY_DIGITS = 64; // 256 bits

/** Who somebody is, whichever connection they use: 256 bits derived from their token's issuer and subject. */
export class Identity extends HexId {
  /** @param data 64 hex digits (`0x` allowed) or the number. @throws ValueError */
  constructor(data: string | bigint) {
    super('identity', data, IDENTITY_DIGITS);
  }

  /** @throws ValueError unless `text` is 64 hex digits, with or without `0x`. */
  static fromString(text: string): Identity {
    return new Identity(text);
  }

  static zero(): Identity {
    return new Identity(0n);
  }

  get __identity__(): bigint {
    return this.toBigInt();
  }
}
