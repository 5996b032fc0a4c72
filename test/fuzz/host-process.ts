import { NodeHost } from '../../src/host/node/index.ts';

// A host in a process of its own, so that its end would be seen: `node --expose-gc scripts/run-source.mjs <this> [options]`.

export interface HeldMessage {
  /** Bytes that the process holds, garbage aside. */
  readonly held: number;
}

const nodeHost = await NodeHost.open({
  issuers: ['http://127.0.0.1:1/'], // whatever a token calls its issuer, nobody on the network is asked
});
process.send!({ url: await nodeHost.listen({ host: '127.0.0.1', port: 0 }) });

process.on('message', (message) => {
  if (message === 'close') {
    void nodeHost.close().then(() => process.disconnect());
    return;
  }
  globalThis.gc!();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send!({ held: heapUsed + arrayBuffers } satisfies HeldMessage);
});
