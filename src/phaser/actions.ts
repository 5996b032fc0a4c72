import type * as Phaser from 'phaser';
import { ConnectionLostError, SpacetickError, ValueError } from '../client/index.ts';
import { type Clock, pageClock } from './clock.ts';
import { onAttentionLost } from './page-events.ts';
import { isSame, snapshot } from './plain-value.ts';
import { Reporter } from './reporter.ts';
import { onSceneEnd, requireSystems } from './scene-systems.ts';

const PER_SECOND = 20; // as often as most hosts step; more would be overwritten unseen

/** How often, and what when nobody plays. */
export interface ActionOptions<Args> {
  /** Calls a second at most; 20 by default. */
  perSecond?: number;
  /** What "nothing pressed" is: sent when the window loses focus, the tab is hidden, the scene pauses or ends. */
  neutral?: Args;
  /** Sends on this scene's frames, and ends with it. Without a scene a timer sends. */
  scene?: Phaser.Scene;
  /** Milliseconds; `performance.now` by default. */
  clock?: Clock;
}

/** Sends a value to a reducer: call it every frame. */
export interface Action<Args> {
  (args: Args): void;
  /** Sends the neutral value now, whatever the rate. */
  release(): void;
  /** The host may have lost the last value (another connection, another ship): the next one is sent even if it is the same. */
  forget(): void;
  /** Sends the neutral value and ends. Later calls do nothing. */
  stop(): void;
}

/**
 * What the player does, as a stream of reducer calls: at most `perSecond`, the last value always sent, an unchanged
 * one not. A call that fails is reported: the first of its kind, then the tenth, the hundredth; its value may be sent
 * again. That there is no connection any more is told by `onConnectError` and `onDisconnect`.
 *
 *     const steer = actions(conn.reducers.steer, { perSecond: 20, neutral: { x: 0, y: 0 }, scene: this });
 *     // in update():
 *     steer({ x: pointer.x, y: pointer.y });
 *
 * @throws SpacetickError `E_REDUCER_SOURCE` for no reducer, `E_SCENE` when the scene was never started
 */
export function actions<Args>(
  reducer: (args: Args) => PromiseLike<unknown>,
  options: ActionOptions<Args> = {},
): Action<Args> {
  const stream = new ActionStream(reducer, options);
  const action = (args: Args) => stream.send(args);
  return Object.assign(action, {
    release: () => stream.release(),
    forget: () => stream.forget(),
    stop: () => stream.stop(),
  });
}

/** A value; undefined may be one. */
interface Held<Args> {
  args: Args;
}

class ActionStream<Args> {
  readonly #reducer: (args: Args) => PromiseLike<unknown>;
  readonly #interval: number;
  readonly #neutral: Held<Args> | undefined;
  readonly #clock: Clock;
  readonly #reporter: Reporter;
  readonly #byFrames: boolean;
  #endings: (() => void)[] = [];
  #sent: Held<Args> | undefined;
  #waiting: Held<Args> | undefined;
  #nextAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(reducer: (args: Args) => PromiseLike<unknown>, options: ActionOptions<Args>) {
    requireReducer(reducer);
    this.#reducer = reducer;
    this.#interval = 1000 / (options.perSecond ?? PER_SECOND);
    this.#neutral = options.neutral === undefined ? undefined : { args: snapshot(options.neutral) };
    this.#clock = options.clock ?? pageClock;
    this.#reporter = new Reporter(`actions(${reducer.name || 'reducer'})`);
    this.#byFrames = options.scene !== undefined;
    this.#endings.push(onAttentionLost(() => this.release()));
    if (options.scene !== undefined) this.#joinScene(options.scene);
  }

  send(args: Args): void {
    if (this.#isOver) return;
    if (this.#sent !== undefined && isSame(this.#sent.args, args)) {
      this.#waiting = undefined; // back to what the host has
      return;
    }
    if (this.#clock() >= this.#nextAt) {
      this.#call({ args: snapshot(args) });
      return;
    }
    if (this.#waiting === undefined || !isSame(this.#waiting.args, args)) this.#waiting = { args: snapshot(args) };
    if (!this.#byFrames) this.#timer ??= setTimeout(() => this.#flush(), this.#nextAt - this.#clock());
  }

  release(): void {
    const last = this.#neutral ?? this.#waiting;
    const isKnown = this.#sent === undefined ? this.#waiting === undefined : isSame(this.#sent.args, last?.args);
    this.#waiting = undefined;
    if (last !== undefined && !isKnown && !this.#isOver) this.#call(last);
  }

  forget(): void {
    this.#sent = undefined;
  }

  stop(): void {
    if (this.#isOver) return;
    this.release();
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const end of this.#endings) end();
    this.#endings = [];
  }

  #joinScene(scene: Phaser.Scene): void {
    const systems = requireSystems(scene, 'actions');
    const { events } = systems;
    events.on('postupdate', this.#flush, this);
    events.on('pause', this.release, this);
    events.on('sleep', this.release, this);
    this.#endings.push(
      () => events.off('postupdate', this.#flush, this),
      () => events.off('pause', this.release, this),
      () => events.off('sleep', this.release, this),
      onSceneEnd(systems, () => this.stop()),
    );
  }

  #flush(): void {
    this.#timer = undefined;
    if (this.#waiting === undefined || this.#isOver) return;
    const left = this.#nextAt - this.#clock();
    if (left <= 0) this.#call(this.#waiting);
    else if (!this.#byFrames) this.#timer = setTimeout(() => this.#flush(), left); // timers may be early
  }

  #call(held: Held<Args>): void {
    this.#waiting = undefined;
    this.#sent = held;
    this.#nextAt = this.#clock() + this.#interval;
    try {
      this.#reducer(held.args).then(undefined, (error: unknown) => this.#failed(held, error));
    } catch (error) {
      this.#failed(held, error);
    }
  }

  #failed(held: Held<Args>, error: unknown): void {
    if (this.#sent === held) this.#sent = undefined; // the host does not have it
    if (error instanceof ConnectionLostError) return; // the connection tells of its end, once
    const reason = error instanceof Error ? error.message : String(error);
    // A bad value is another one in each frame: what is wrong with it is one thing.
    const kind = error instanceof ValueError ? `${error.code} ${error.path}` : reason;
    this.#reporter.count(kind, (times) => {
      const calls = times === 1 ? 'a call failed' : `${times} calls failed so`;
      return `${calls}: ${withStop(reason)}${times === 1 ? ' Further ones are only counted.' : ''}`;
    });
  }
}

/** What the bindings do not have is undefined at run time, and says nothing itself. */
function requireReducer(reducer: unknown): void {
  if (typeof reducer === 'function') return;
  throw new SpacetickError(
    'E_REDUCER_SOURCE',
    `actions was given no reducer but ${reducer === undefined ? 'undefined' : 'something else'}. Pass one of ` +
      'conn.reducers: conn.reducers.steer. If it is not there, its name is misspelt, or the module does not export it, or ' +
      'the bindings are older than the module (generate them again).',
  );
}

function withStop(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
