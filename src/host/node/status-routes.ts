import { sendJson, sendText } from './http.ts';
import type { NodeHost } from './node-host.ts';
import type { RequestContext } from './request-context.ts';
import { version } from './version.ts';

const MICROS_PER_SECOND = 1e6;

export async function health({ response }: RequestContext): Promise<void> {
  sendJson(
    response,
    200,
    JSON.stringify({ package_name: 'spacetick', version: version(), nodes: [0], schedulable: true }),
  );
}

/** Where a Prometheus finds the metrics: here. */
export async function discovery({ request, response }: RequestContext): Promise<void> {
  const target = request.headers.host ?? 'localhost';
  sendJson(response, 200, JSON.stringify([{ targets: [target], labels: { __metrics_path__: '/v1/metrics' } }]));
}

/** Figures of the process and of the host, as Prometheus reads them. */
export async function metrics({ host, response }: RequestContext): Promise<void> {
  const type = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
  sendText(response, 200, families(host).map(familyText).join(''), type);
}

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

function families(host: NodeHost): Family[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const { databases } = host.host;
  const single = (value: number): Family['samples'] => [[{}, value]];
  const perDatabase = (value: (database: (typeof databases)[number]) => number): Family['samples'] =>
    databases.map((database) => [{ db: database.identity.hex }, value(database)]);
  return [
    {
      name: 'process_cpu_seconds_total',
      type: 'counter',
      help: 'Processor time of this process in seconds',
      samples: single((user + system) / MICROS_PER_SECOND),
    },
    {
      name: 'process_resident_memory_bytes',
      type: 'gauge',
      help: 'Memory of this process in bytes',
      samples: single(rss),
    },
    { name: 'nodejs_heap_size_used_bytes', type: 'gauge', help: 'Used part of the heap', samples: single(heapUsed) },
    {
      name: 'process_start_time_seconds',
      type: 'gauge',
      help: 'When this process started, in seconds since the epoch',
      samples: single(Date.now() / 1000 - process.uptime()),
    },
    { name: 'spacetick_databases', type: 'gauge', help: 'Databases', samples: single(databases.length) },
    {
      name: 'spacetick_connected_clients',
      type: 'gauge',
      help: 'Clients that are connected',
      samples: perDatabase((database) => database.sessions.size),
    },
    {
      name: 'spacetick_transactions_total',
      type: 'counter',
      help: 'Transactions that were committed',
      samples: perDatabase((database) => database.commits),
    },
    {
      name: 'spacetick_http_requests_total',
      type: 'counter',
      help: 'Requests that were answered, by status',
      samples: [...host.counters.requests].map(([status, count]) => [{ status: String(status) }, count]),
    },
  ];
}

function familyText({ name, type, help, samples }: Family): string {
  const lines = samples.map(([labels, value]) => {
    const shown = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `${name}${shown.length === 0 ? '' : `{${shown.join(',')}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}
