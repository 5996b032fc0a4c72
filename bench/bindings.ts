import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'rolldown/utils';
import { DbConnectionBuilder, DbConnectionImpl } from '../src/client/index.ts';
import { procedures } from '../src/client/procedure.ts';
import { generateBindings } from '../src/codegen/index.ts';
import { reducerSchema, reducers, table, tablesSchema } from '../src/schema/index.ts';
import { t, type WireCodec } from '../src/values/index.ts';
import { arenaModule, type Ship, shipRow } from './arena.ts';

const CACHE = 'node_modules/.cache/spacetick'; // where other builds of this repository are

interface Codecs {
  readonly ShipCodec: WireCodec<Ship>;
}

let codecs: Promise<Codecs> | undefined;

/** The codecs that `spacetick generate` writes for the module, loaded as a project would load them. */
async function generatedCodecs(): Promise<Codecs> {
  const { path, text } = generateBindings(arenaModule()).find((file) => file.path === 'codecs.ts')!;
  mkdirSync(CACHE, { recursive: true });
  const file = join(CACHE, `bench-codecs-${process.pid}.mjs`);
  const { code } = transformSync(path, text);
  writeFileSync(file, code.replace(/import \{ hasMsgpack as (\w+) \} from "spacetick";/, 'const $1 = true;'));
  try {
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(file);
  }
}

/** What the bindings' `index.ts` declares of the ships, around the codecs as they were generated. */
export async function bindings() {
  codecs ??= generatedCodecs();
  const { ShipCodec } = await codecs;
  const { tables } = tablesSchema({
    ship: table({ name: 'ship', public: true, codec: ShipCodec }, shipRow),
  }).schemaType;
  const remoteModule = {
    versionInfo: { cliVersion: '2.10.0' },
    tables,
    reducers: reducers(reducerSchema('move', { id: t.u32(), x: t.f32(), y: t.f32() })).reducersType.reducers,
    ...procedures(),
  };
  type Connection = DbConnectionImpl<typeof remoteModule>;
  return {
    shipCodec: ShipCodec,
    tables,
    remoteModule,
    builder: () =>
      new DbConnectionBuilder<Connection>(remoteModule, (config) => new DbConnectionImpl(config)).withDatabaseName(
        'arena',
      ),
  };
}
