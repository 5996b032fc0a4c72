/** A request that a client of the HTTP API makes. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const SPARE_PROGRAM = `
const { schema, table, t } = require('spacetick/server');
const spare = schema({ crate: table({ name: 'crate', public: true }, { id: t.u32().primaryKey() }) });
exports.default = spare;
exports.add = spare.reducer({ id: t.u32(), tags: t.array(t.string()) }, ({ db }, { id }) => {
  if (!db.crate.id.find(id % 64)) db.crate.insert({ id: id % 64 });
});
`;

/** A database that the requests may publish, empty, rename and delete. */
export const SPARE = 'spare';

/** One request of each route, in an order in which all of them succeed. */
export function requests(owner: { readonly token: string; readonly identity: string }): readonly Asked[] {
  const database = `/v1/database/${SPARE}`;
  const asked = (method: string, path: string, body = '', headers: Readonly<Record<string, string>> = {}): Asked => ({
    method,
    path,
    headers: { authorization: `Bearer ${owner.token}`, ...headers },
    body,
  });
  const json = { 'content-type': 'application/json' };
  return [
    asked('PUT', `${database}?host_type=Js`, SPARE_PROGRAM),
    asked('GET', '/'),
    asked('GET', '/v1/ping'),
    asked('GET', '/v1/health'),
    asked('GET', '/v1/metrics'),
    asked('GET', '/v1/prometheus/sd_config'),
    asked('POST', '/v1/identity'),
    asked('POST', '/v1/identity/websocket-token'),
    asked('GET', '/v1/identity/public-key'),
    asked('GET', `/v1/identity/${owner.identity}/verify`),
    asked('GET', `/v1/identity/${owner.identity}/databases`),
    asked('GET', `/v1/energy/${owner.identity}`),
    asked('GET', database),
    asked('GET', `${database}/names`),
    asked('POST', `${database}/names`, 'spare-too'),
    asked('PUT', `${database}/names`, '["spare"]', json),
    asked('GET', `${database}/identity`),
    asked('GET', `${database}/schema?version=9`),
    asked('GET', `${database}/schema?version=10`),
    asked('GET', `${database}/logs?num_lines=20&follow=false`),
    asked('POST', `${database}/call/add`, '[7, ["a", "b"]]', json),
    asked('POST', `${database}/call/add`, '{"id": 8, "tags": []}', json),
    asked('POST', `${database}/sql`, 'SELECT * FROM crate WHERE id < 8'),
    asked('POST', `${database}/sql`, 'INSERT INTO crate (id) VALUES (1), (2)'),
    asked('POST', '/v1/database/lagoon/sql', 'SELECT COUNT(*) AS n FROM ship JOIN berth ON ship.id = berth.ship'),
    asked('POST', `${database}/pre_publish`, SPARE_PROGRAM),
    asked('PUT', `${database}/reset`),
    asked('POST', `${database}/lock`),
    asked('POST', `${database}/unlock`),
    asked('GET', `${database}/unstable/timestamp`),
    asked('POST', '/v1/database/lagoon/call/drop', '[3, "here"]', json),
    asked('OPTIONS', `${database}/call/add`),
    asked('DELETE', database),
  ];
}
