import { ConnectionId, Identity, TimeDuration, Timestamp, Uuid } from '../../../values/index.ts';

// Values between threads. A structured clone keeps everything but classes: those go as what they are made of.

const CLASS = '\u0000class'; // a key that no declared field has

type Packed = Readonly<Record<string, unknown>>;

/** A value as it can be sent to another thread. */
export function pack(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') return { [CLASS]: 'Unsendable' };
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(pack);
  if (value instanceof Identity) return { [CLASS]: 'Identity', of: value.hex };
  if (value instanceof ConnectionId) return { [CLASS]: 'ConnectionId', of: value.hex };
  if (value instanceof Timestamp) return { [CLASS]: 'Timestamp', of: value.microsSinceUnixEpoch };
  if (value instanceof TimeDuration) return { [CLASS]: 'TimeDuration', of: value.micros };
  if (value instanceof Uuid) return { [CLASS]: 'Uuid', of: value.__uuid__ };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pack(inner)]));
}

/** The value that `pack` packed. */
export function unpack(packed: unknown): unknown {
  if (typeof packed !== 'object' || packed === null || packed instanceof Uint8Array) return packed;
  if (Array.isArray(packed)) return packed.map(unpack);
  const { [CLASS]: name, of } = packed as Packed;
  switch (name) {
    case undefined:
      return Object.fromEntries(Object.entries(packed).map(([key, inner]) => [key, unpack(inner)]));
    case 'Identity':
      return new Identity(of as string);
    case 'ConnectionId':
      return new ConnectionId(of as string);
    case 'Timestamp':
      return new Timestamp(of as bigint);
    case 'TimeDuration':
      return new TimeDuration(of as bigint);
    case 'Uuid':
      return new Uuid(of as bigint);
    default:
      return unsendable; // refused by whoever checks the value, as it would have been in one thread
  }
}

function unsendable(): void {}
