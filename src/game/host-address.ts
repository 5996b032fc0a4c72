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

/** `?host=localhost:3000` is a host too. */
function withScheme(host: string, pageProtocol: string): string {
  if (/^[a-z]+:\/\//i.test(host)) return host;
  return `${pageProtocol === 'https:' ? 'https' : 'http'}://${host}`;
}
