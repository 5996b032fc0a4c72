import { vi } from 'vitest';
import type * as Arena from './support/arena.ts';

// The client's cache as the lean build has it: whatever the host's transactions, it holds what its queries give.

vi.mock('../../src/client/cache/table.ts', () => import('../../src/client/cache/lean-table.ts'));
vi.mock('../../src/wire/bsatn/deltas.ts', () => import('../../src/wire/bsatn/lean-deltas.ts'));
vi.mock('./support/arena.ts', async (original) => {
  const arena = await original<typeof Arena>();
  return { ...arena, PROTOCOLS: arena.PROTOCOLS.filter(([name]) => name !== 'v1.msgpack.spacetick') };
});

await import('./world.property.test.ts');
