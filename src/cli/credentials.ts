import { credentialsFile, type FolderOptions, readJson, writeJson } from './files.ts';

type Tokens = Record<string, string>;

/** Tokens by server URL: who publishes is who may publish again. */
export class Credentials {
  readonly #file: string;

  constructor(options: FolderOptions) {
    this.#file = credentialsFile(options);
  }

  async load(server: string): Promise<string | undefined> {
    return (await readJson<Tokens>(this.#file, {}))[server];
  }

  async save(server: string, token: string): Promise<void> {
    await writeJson(this.#file, { ...(await readJson<Tokens>(this.#file, {})), [server]: token });
  }

  /** Forgets who one was there. @returns whether anything was known */
  async forget(server: string): Promise<boolean> {
    const { [server]: forgotten, ...others } = await readJson<Tokens>(this.#file, {});
    if (forgotten !== undefined) await writeJson(this.#file, others);
    return forgotten !== undefined;
  }
}
