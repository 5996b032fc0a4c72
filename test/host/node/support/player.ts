import { decode, encode } from '@msgpack/msgpack';
import { type ClientOptions, WebSocket } from 'ws';

export const PROTOCOL = 'v1.msgpack.spacetick';

/** A message of the host, as any MessagePack tool reads it. */
export interface Message {
  readonly type: string;
  readonly requestId?: number;
  readonly querySetId?: number;
  readonly status?: string;
  readonly error?: string;
  readonly token?: string;
  readonly identity?: Uint8Array;
  readonly connectionId?: Uint8Array;
  readonly reducer?: { readonly name: string; readonly requestId: number; readonly connectionId: Uint8Array } | null;
  readonly tables?: readonly TableChange[];
}

export interface TableChange {
  readonly table: string;
  readonly inserts?: readonly (readonly unknown[])[];
  readonly updates?: readonly (readonly unknown[])[];
  readonly deletes?: readonly unknown[];
}

export interface Ending {
  readonly code: number;
  readonly reason: string;
}

const PATIENCE_MS = 15_000; // a machine that is shared

/** A client of its own making: `ws` and a MessagePack library, nothing of ours. */
export class Player {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  readonly ended: Promise<Ending>;
  readonly #watchers = new Set<() => void>();
  #lastRequest = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.messages.push(decode(data as Buffer, { useBigInt64: true }) as Message);
      for (const watcher of this.#watchers) watcher();
    });
    this.ended = new Promise((resolve) =>
      socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        for (const watcher of this.#watchers) watcher();
      }),
    );
    socket.on('error', () => undefined); // an end that 'close' tells
  }

  /** Opens a socket; not yet greeted. */
  static open(url: string, database: string, token?: string, options: ClientOptions = {}): Player {
    const address = new URL(`/v1/database/${database}/subscribe`, url.replace(/^http/, 'ws'));
    if (token !== undefined) address.searchParams.set('token', token);
    return new Player(new WebSocket(address, PROTOCOL, options));
  }

  /** Opens a socket and waits for the greeting. */
  static async join(url: string, database: string, token?: string, options?: ClientOptions): Promise<Player> {
    const player = Player.open(url, database, token, options);
    await player.next((message) => message.type === 'InitialConnection');
    return player;
  }

  get greeting(): Message {
    return this.messages.find(({ type }) => type === 'InitialConnection')!;
  }

  /** Hex of the identity the host gave. */
  get identity(): string {
    return Buffer.from(this.greeting.identity!).toString('hex');
  }

  /** The first message, of those received and of those to come, that fits. */
  next(fits: (message: Message) => boolean, patienceMs = PATIENCE_MS): Promise<Message> {
    return new Promise((resolve, reject) => {
      const watcher = (): void => {
        const found = this.messages.find(fits);
        if (found !== undefined) settle(() => resolve(found));
        else if (this.socket.readyState === WebSocket.CLOSED) settle(() => reject(new Error('the socket is closed')));
      };
      const settle = (how: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(watcher);
        how();
      };
      const timer = setTimeout(
        () => settle(() => reject(new Error(`not among ${this.messages.length} messages`))),
        patienceMs,
      );
      this.#watchers.add(watcher);
      watcher();
    });
  }

  /** Sends a call. @returns its request id */
  call(reducer: string, args: readonly unknown[] = []): number {
    const requestId = ++this.#lastRequest;
    this.send({ type: 'CallReducer', requestId, reducer, args });
    return requestId;
  }

  /** Calls and waits for the answer: its TransactionUpdate or its ReducerResult. */
  async ask(reducer: string, args: readonly unknown[] = []): Promise<Message> {
    return this.answerTo(this.call(reducer, args));
  }

  answerTo(requestId: number): Promise<Message> {
    const mine = Buffer.from(this.greeting.connectionId!);
    return this.next(
      ({ type, requestId: answered, reducer }) =>
        (type === 'ReducerResult' && answered === requestId) ||
        (type === 'TransactionUpdate' &&
          reducer?.requestId === requestId &&
          reducer.connectionId !== null &&
          mine.equals(reducer.connectionId)),
    );
  }

  async subscribe(querySetId: number, ...queries: string[]): Promise<Message> {
    const requestId = ++this.#lastRequest;
    this.send({ type: 'Subscribe', requestId, querySetId, queries });
    return this.next((message) => message.querySetId === querySetId && message.requestId === requestId);
  }

  send(message: unknown): void {
    this.socket.send(encode(message, { useBigInt64: true }));
  }

  /** Rows that the messages inserted into a table, in order. */
  inserted(table: string): readonly (readonly unknown[])[] {
    return this.messages.flatMap(({ tables = [] }) =>
      tables.filter((change) => change.table === table).flatMap(({ inserts = [] }) => inserts),
    );
  }

  /** Ends politely and waits for it. */
  async leave(): Promise<Ending> {
    this.socket.close();
    return this.ended;
  }
}
