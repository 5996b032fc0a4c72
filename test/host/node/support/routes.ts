import { readFileSync } from 'node:fs';

const ROUTES = new URL('../../../../src/host/node/routes.ts', import.meta.url);
const DATABASE = '/v1/database/arena';

interface Route {
  readonly method: string;
  readonly path: string;
}

/** Every route of the host, as its table has them, for the database `arena`; `x` for whatever else a path names. */
export function routes(): Route[] {
  return [...readFileSync(ROUTES, 'utf8').matchAll(/\['(GET|POST|PUT|DELETE)', (.+?), \w+\],/g)].map(
    ([, method, text]) => ({
      method: method!,
      path: text!
        .replace('DATABASE', DATABASE)
        .replaceAll(/['`${}]/g, '')
        .replaceAll(/:\w+/g, 'x'),
    }),
  );
}

/** Those of one database: what stands behind its name. */
export function databaseRoutes(): Route[] {
  return routes()
    .filter(({ path }) => path.startsWith(DATABASE))
    .map(({ method, path }) => ({ method, path: path.slice(DATABASE.length) }));
}
