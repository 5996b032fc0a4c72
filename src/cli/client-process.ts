import { type ChildProcess, spawn } from 'node:child_process';

/** Runs the client of a project. @param cwd folder it runs in; this one when undefined */
export function runClient(command: string, cwd: string | undefined): ChildProcess {
  return spawn(command, { cwd, shell: true, stdio: 'inherit', detached: !hasKeyboard() });
}

/** Ends what the command started, not only the shell that it runs in. */
export function endClient(client: ChildProcess): void {
  try {
    if (hasKeyboard() || client.pid === undefined) client.kill();
    else process.kill(-client.pid);
  } catch {
    // it has ended
  }
}

/** Whether Ctrl-C reaches the client by itself; else it is a group of its own, which is ended as a whole. */
function hasKeyboard(): boolean {
  return process.stdin.isTTY === true || process.platform === 'win32';
}
