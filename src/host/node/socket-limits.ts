/** How many connections there may be, how long one may be silent, and how much may wait for it. */
export interface SocketLimits {
  /** Clients at a time. */
  readonly maxConnections: number;
  /** Largest message a client may send, in bytes. */
  readonly maxMessageBytes: number;
  /**
   * Bytes that may wait for a client of what it is told before it is cut off: it reads too slowly. What it asked for
   * itself, a snapshot however large, is not among them; with more than this of it waiting, it is answered no further.
   */
  readonly maxOutgoingBytes: number;
  /** Calls, subscriptions and queries of a client that are done in a second; what goes beyond is answered with an error. */
  readonly maxRequestsPerSecond: number;
  /** Milliseconds between pings. */
  readonly pingIntervalMs: number;
  /** Milliseconds without receiving anything, pongs included, after which a connection counts as dead. */
  readonly idleTimeoutMs: number;
}

export const SOCKET_LIMITS: SocketLimits = Object.freeze({
  maxConnections: 4096, // far beyond what one core carries, below the usual limit of open files
  maxMessageBytes: 4 * 1024 * 1024, // far above any call of a game; decoded, a hostile one is 70 times as much (docs/limits.md)
  maxOutgoingBytes: 16 * 1024 * 1024, // seconds of a busy game
  maxRequestsPerSecond: Number.POSITIVE_INFINITY, // who sends much waits for its turn; a rate is the game's to know
  pingIntervalMs: 15_000, // half the idle timeout
  idleTimeoutMs: 30_000,
});
