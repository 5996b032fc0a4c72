import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

// Built, the worker is a file. From the sources of this repository it is bundled first: Node 20 reads no TypeScript.
const IS_SOURCE = import.meta.url.endsWith('.ts');

let bundled: Promise<string> | undefined;

/** Starts the thread of a procedure. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  if (!IS_SOURCE) return new Worker(new URL('./worker-entry.js', import.meta.url), options);
  bundled ??= bundle(fileURLToPath(new URL('./worker-entry.ts', import.meta.url)));
  return new Worker(await bundled, { ...options, eval: true });
}

async function bundle(input: string): Promise<string> {
  const { rolldown } = await import('rolldown');
  const build = await rolldown({ input, platform: 'node', logLevel: 'silent' });
  const { output } = await build.generate({ format: 'cjs' });
  await build.close();
  return output[0].code;
}
