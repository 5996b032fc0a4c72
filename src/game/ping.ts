import type { DbConnection, ReducerEventContext } from '../../bindings/index.ts';

const WEIGHT = 0.2; // of a new measure: steady enough to read
const WEIGHT_DOWN = 0.5; // a page that is still busy starting makes the first ones far too long
const LONGEST_WAIT = 64; // calls without an answer: the connection has other troubles than its ping

/** How long the host takes to answer, measured by the calls that are made anyway. */
export class Ping {
  /** Milliseconds, smoothed; undefined before the first answer. */
  ms: number | undefined;
  #connection: DbConnection | undefined;
  #sentAt: number[] = [];

  /** Call it before each `steer`. */
  sending(connection: DbConnection): void {
    if (connection !== this.#connection) this.#follow(connection);
    if (this.#sentAt.length < LONGEST_WAIT) this.#sentAt.push(performance.now());
  }

  #follow(connection: DbConnection): void {
    this.#connection?.reducers.removeOnSteer(this.#answered);
    this.#connection = connection;
    this.#sentAt = [];
    this.ms = undefined;
    connection.reducers.onSteer(this.#answered);
  }

  /** Until the bytes came in, whenever the next frame was. */
  readonly #answered = ({ event, arrivedAt, connectionId }: ReducerEventContext): void => {
    if (!event.callerConnectionId?.isEqual(connectionId)) return;
    const sentAt = this.#sentAt.shift();
    if (sentAt === undefined) return;
    const took = Math.max(0, arrivedAt - sentAt);
    const before = this.ms ?? took;
    this.ms = before + (took - before) * (took < before ? WEIGHT_DOWN : WEIGHT);
  };
}
