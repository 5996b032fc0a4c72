import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The client of a project, a process that runs once there is something to talk to. */
export class ClientProcess {
  /** Resolves when it has ended, of itself or because it was told to. Rejects when it cannot be run. */
  readonly ended: Promise<void>;
  #child: ChildProcess | undefined;
  #isOver = false;

  /**
   * @param cwd folder it runs in; this one when undefined
   * @param ready resolves when it may start
   */
  constructor(command: string, cwd: string | undefined, ready: Promise<unknown>) {
    this.ended = ready.then(async () => {
      if (this.#isOver) return;
      this.#child = spawn(command, { cwd, shell: true, stdio: 'inherit', detached: !hasKeyboard() });
      await once(this.#child, 'exit');
    });
  }

  /** Ends what the command started, not only the shell that it runs in. */
  end(): void {
    this.#isOver = true;
    const pid = this.#child?.pid;
    try {
      if (hasKeyboard() || pid === undefined) this.#child?.kill();
      else process.kill(-pid);
    } catch {
      // it has ended
    }
  }
}

/** Whether Ctrl-C reaches the client by itself; else it is a group of its own, which is ended as a whole. */
function hasKeyboard(): boolean {
  return process.stdin.isTTY === true || process.platform === 'win32';
}
