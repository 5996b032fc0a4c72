import { join } from 'node:path';
import { packageFolder } from '../host/node/index.ts';

export { version } from '../host/node/index.ts';

/** Where the templates of `init` are: the package carries them as they are in its source. */
export function templatesFolder(): string {
  return join(packageFolder() ?? '.', 'src/cli/templates');
}
