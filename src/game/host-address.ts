/** Where the arena is. */
export interface HostAddress {
  readonly uri: string;
  readonly database: string;
}

const DATABASE = 'comet-run';

/**
 * Finds the host: `?host=` and `?db=` of the page's address win, then what the build named, then the page's own origin
 * (the development server is a host).
 * @param built `VITE_SPACETICK_URI` of the build, if it was set
 */
export function hostAddress(page: URL, built: string | undefined): HostAddress {
  const named = page.searchParams.get('host')?.trim();
  const database = page.searchParams.get('db')?.trim() || DATABASE;
  return { uri: named ? withScheme(named, page.protocol) : built || page.origin, database };
}

/** Where this page plays when its address names no host and no database; undefined when it names neither anyway. */
export function usualPage(page: URL): string | undefined {
  if (!page.searchParams.has('host') && !page.searchParams.has('db')) return undefined;
  const usual = new URL(page);
  usual.searchParams.delete('host');
  usual.searchParams.delete('db');
  return usual.href;
}

/** What to tell the player of an address that no host can have. */
export function badAddress({ uri, database }: HostAddress, code: string): string {
  if (code === 'E_DATABASE_NAME') {
    return `"${database}" cannot be the name of a database. Is the ?db= of this page's address right?`;
  }
  return `"${uri}" cannot be the address of a host. Is the ?host= of this page's address right?`;
}

/** `?host=localhost:3000` is a host too. */
function withScheme(host: string, pageProtocol: string): string {
  if (/^[a-z]+:\/\//i.test(host)) return host;
  return `${pageProtocol === 'https:' ? 'https' : 'http'}://${host}`;
}
