import { WebSocket } from 'ws';

/** What ws itself closes a connection for, by close code: it says no more than the code. */
const REASONS: Readonly<Record<number, string>> = {
  1002: 'these bytes are no WebSocket frame as RFC 6455 has it',
  1007: 'a text frame holds bytes that are not UTF-8',
  1008: 'a message is made of too many fragments',
  1009: 'a message is larger than this host takes (docs/limits.md: maxMessageBytes)',
};

/** A WebSocket that gives a reason whenever it is closed from this side. */
export class ReasonedWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? (code === undefined ? undefined : REASONS[code]));
  }
}
