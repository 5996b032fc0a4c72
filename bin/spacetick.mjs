#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// In the repository the command runs from source, unbuilt; in the installed package there is no source.
const source = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
if (existsSync(source)) {
  const { runSource } = await import('../scripts/run-source.mjs');
  await runSource(source, process.argv.slice(2));
} else {
  await import('../dist/cli/main.js');
}
