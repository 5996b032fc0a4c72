import type { TestClient } from './client.ts';

/** What a client counts: table and row -> how many of its queries, or pairs of a join, hold it. */
export function held(client: TestClient): Map<string, number> {
  client.read();
  const counts = new Map<string, number>();
  for (const [name, rows] of client.rows)
    for (const { row, count } of rows.values()) counts.set(`${name} ${JSON.stringify(row)}`, count);
  return counts;
}
