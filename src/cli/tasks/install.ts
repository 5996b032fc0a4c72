import { spawn } from 'node:child_process';
import { SpacetickError } from '../../host/index.ts';

const SHOWN_CHARS = 2000; // of what npm says went wrong: it says it at the end

/** `npm install` in a project. @throws SpacetickError E_INSTALL with what npm says */
export function installPackages(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (reason: string): void =>
      reject(
        new SpacetickError(
          'E_INSTALL',
          `npm install in ${folder} failed: ${reason} The project is written; run npm install there yourself.`,
        ),
      );
    const child = spawn('npm', ['install', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32', // npm is a script there
    });
    let said = '';
    child.stderr.on('data', (data) => {
      said += String(data);
    });
    child.on('error', (error) => failed(`${error.message}.`));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else failed(`${said.trim().slice(-SHOWN_CHARS)}\n`);
    });
  });
}
