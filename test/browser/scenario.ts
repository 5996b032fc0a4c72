import type { Page } from 'playwright-core';

/** Functions that a page runs on demand; their results travel as JSON-like values. */
export type Scenarios = Record<string, (...args: never[]) => unknown>;

/** Runs a scenario that the page put into `window.scenarios`, and gives back what it found. */
export async function run<S extends Scenarios, Name extends keyof S & string>(
  page: Page,
  name: Name,
  ...args: Parameters<S[Name]>
): Promise<Awaited<ReturnType<S[Name]>>> {
  await page.waitForFunction(() => 'scenarios' in window);
  const result: unknown = await page.evaluate(
    ([name, args]) => {
      const { scenarios } = window as unknown as { scenarios: Record<string, (...args: unknown[]) => unknown> };
      return scenarios[name]!(...args);
    },
    [name, args] as [string, unknown[]],
  );
  return result as Awaited<ReturnType<S[Name]>>;
}
