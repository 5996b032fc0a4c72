import { SpacetickError } from '../../values/index.ts';

/** Does something with a query; an error that says what is wrong with the query quotes it. */
export function executing<T>(sql: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof SpacetickError) || error.code !== 'E_SQL') throw error;
    throw new SpacetickError('E_SQL', `${error.message}, executing: \`${sql}\``);
  }
}
