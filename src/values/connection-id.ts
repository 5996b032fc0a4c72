import { HexId } from './hex-id.ts';

const CONNECTION_ID_DIGITS = 32; // 128 bits

/** One connection of somebody: two tabs of one player have two. Zero means "no connection" (scheduled reducers). */
export class ConnectionId extends HexId {
  /** @param data 32 hex digits (`0x` allowed) or the number. @throws ValueError */
  constructor(data: string | bigint) {
    super('connectionId', data, CONNECTION_ID_DIGITS);
  }

  /** @throws ValueError unless `text` is 32 hex digits, with or without `0x`. */
  static fromString(text: string): ConnectionId {
    return new ConnectionId(text);
  }

  /** Like `fromString`, but null for zero. */
  static fromStringOrNull(text: string): ConnectionId | null {
    return ConnectionId.nullIfZero(new ConnectionId(text));
  }

  static nullIfZero(id: ConnectionId): ConnectionId | null {
    return id.isZero() ? null : id;
  }

  static zero(): ConnectionId {
    return new ConnectionId(0n);
  }

  /** 128 bits from the platform's cryptographic generator. */
  static random(): ConnectionId {
    const [high, low] = crypto.getRandomValues(new BigUint64Array(2)) as unknown as [bigint, bigint];
    return new ConnectionId((high << 64n) | low);
  }

  get __connection_id__(): bigint {
    return this.toBigInt();
  }

  isZero(): boolean {
    return this.toBigInt() === 0n;
  }
}
