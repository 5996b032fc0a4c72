import { SenderError } from 'spacetick';
import { myPilot } from './pilots.ts';
import { Ping } from './ping.ts';
import type { Session } from './session.ts';

/** What the player does besides steering: entering, leaving, dashing. */
export class Cockpit {
  readonly session: Session;
  /** The player wants to be in the arena; after a lost connection they are brought back. */
  isFlying = false;
  /** When the dash is ready again: milliseconds of `performance.now()`. */
  dashReadyAt = 0;
  readonly ping = new Ping();
  /** Who entered last, whatever became of the connection since: in hex, and the name they chose. */
  pilot: { readonly identity: string; readonly name: string } | undefined;

  constructor(session: Session) {
    this.session = session;
  }

  /**
   * Enters the arena under a name.
   * @returns what the host has against it, undefined when we are in
   */
  async enter(name: string): Promise<string | undefined> {
    const { connection } = this.session;
    try {
      const user = connection.identity && connection.db.user.identity.find(connection.identity);
      if (name !== '' && name !== user?.name) await connection.reducers.setName({ name });
      await connection.reducers.join({});
      if (connection.identity) this.pilot = { identity: connection.identity.hex, name };
      this.isFlying = true;
      return undefined;
    } catch (error) {
      return error instanceof SenderError ? error.message : 'The host did not let us in. Try again.';
    }
  }

  /** Enters again after the connection was lost, under the same name: the host may have forgotten it. */
  async rejoin(): Promise<void> {
    const { connection } = this.session;
    const problem = await this.enter(this.pilot?.name ?? '');
    if (problem === undefined || !connection.isActive) return; // lost once more: the next connection brings us back
    console.warn(`Comet Run: could not enter again. ${problem}`);
    this.isFlying = false;
  }

  /**
   * Enters right after a reload, under the name that the host knows us by.
   * @param kept the name for a host that knows none: it may have forgotten. @returns whether we are in
   */
  async flyOn(kept: string): Promise<boolean> {
    const { identity, db } = this.session.connection;
    const known = identity && db.user.identity.find(identity);
    return (await this.enter(known?.name ?? kept)) === undefined;
  }

  /** Leaves the arena, for the title. */
  leave(): void {
    this.isFlying = false;
    const { connection } = this.session;
    if (connection.isActive) connection.reducers.leave({}).catch(() => {}); // the connection ends: so does the ship
  }

  /** Asks for a dash, if it is ready. */
  dash(): void {
    const { connection } = this.session;
    const now = performance.now();
    if (!this.isFlying || now < this.dashReadyAt || myPilot(connection) === undefined) return;
    this.dashReadyAt = now + this.dashCooldown;
    connection.reducers.dash({}).catch(() => {}); // a little too early: the next press counts
  }

  /** Milliseconds between two dashes. */
  get dashCooldown(): number {
    return this.session.connection.db.config.id.find(0)?.dashCooldownMs ?? 0;
  }

  /** Sends where to fly to. */
  readonly steer = (thrust: { x: number; y: number }): Promise<void> => {
    const { connection } = this.session;
    this.ping.sending(connection);
    return connection.reducers.steer(thrust);
  };
}
