import { decodeUtf8 } from '../src/values/decode-utf8.ts';
import {
  BsatnReader,
  BsatnWriter,
  closureCodec,
  decodePlain,
  functionCodec,
  MsgpackWriter,
  plainUnpacker,
  type WireCodec,
} from '../src/values/index.ts';
import { type Ship, shipRow, shipsOf } from './arena.ts';
import { bindings } from './bindings.ts';
import type { Line } from './line.ts';
import { type Contestant, type Effort, race, sink } from './race.ts';

const ROWS = 1000;
const AGAINST = 'hand-written DataView loop';

/** Decoding 1000 rows, by each way of building a decoder. */
export async function measure(effort: Effort): Promise<Line[]> {
  const { shipCodec } = await bindings();
  const ships = shipsOf(ROWS);
  const bsatn = encode(new BsatnWriter(), shipCodec, ships);
  const packed = new MsgpackWriter();
  packed.array(ROWS);
  const msgpack = encode(packed, shipCodec, ships);
  const byHand: Contestant = (times) => {
    for (let n = 0; n < times; n++) sink.value = decodeByHand(bsatn);
  };
  const line = (name: string, work: Contestant, reach: number | undefined): Line => ({
    work: `decode ${ROWS} rows: ${name}`,
    against: AGAINST,
    ...race(effort, work, byHand, ROWS),
    unit: 'x',
    reach,
    reason: 'each field is a call of a reader that keeps its place and checks the end',
  });
  return [
    line('bindings', reading(shipCodec, bsatn), 1.5),
    line('new Function', reading(functionCodec(shipRow.algebraicType) as WireCodec<Ship>, bsatn), 1.5),
    line('closures', reading(closureCodec(shipRow.algebraicType) as WireCodec<Ship>, bsatn), undefined),
    line(
      'MessagePack, validated',
      (times) => {
        for (let n = 0; n < times; n++) {
          const plain = decodePlain(msgpack) as readonly unknown[];
          const rows = new Array<Ship>(plain.length);
          for (let i = 0; i < plain.length; i++) rows[i] = shipCodec.unpack(plainUnpacker, plain[i]);
          sink.value = rows;
        }
      },
      undefined,
    ),
  ];
}

function encode(writer: BsatnWriter | MsgpackWriter, codec: WireCodec<Ship>, ships: readonly Ship[]): Uint8Array {
  for (const ship of ships) codec.write(writer, ship);
  return writer.finish();
}

function reading(codec: WireCodec<Ship>, bytes: Uint8Array): Contestant {
  const reader = new BsatnReader(bytes);
  return (times) => {
    for (let n = 0; n < times; n++) {
      reader.reset(bytes);
      const rows = new Array<Ship>(ROWS);
      for (let i = 0; i < ROWS; i++) rows[i] = codec.read(reader);
      sink.value = rows;
    }
  };
}

/** What one would write who knows the row: no calls but for the text, which is checked in the same way. */
function decodeByHand(bytes: Uint8Array): Ship[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = new Array<Ship>(ROWS);
  let at = 0;
  for (let i = 0; i < ROWS; i++) {
    const start = at + 29;
    const end = start + view.getUint32(at + 25, true);
    rows[i] = {
      id: view.getUint32(at, true),
      x: view.getFloat32(at + 4, true),
      y: view.getFloat32(at + 8, true),
      vx: view.getFloat32(at + 12, true),
      vy: view.getFloat32(at + 16, true),
      owner: view.getUint32(at + 20, true),
      kind: view.getUint8(at + 24),
      name: decodeUtf8(bytes, start, end),
    };
    at = end;
  }
  return rows;
}
