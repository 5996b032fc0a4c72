import { rolldown } from 'rolldown';

/** Bundles a module as `publish` does: CommonJS, the module API left to the host. */
export async function bundle(entry: string): Promise<string> {
  const build = await rolldown({
    input: entry,
    external: ['spacetimedb/server', 'spacetick/server'],
    logLevel: 'silent',
  });
  const { output } = await build.generate({ format: 'cjs', exports: 'named' });
  await build.close();
  return output[0].code;
}
