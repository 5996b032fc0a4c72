import type { Page } from 'playwright-core';

/** Hides a page of `launchTabs` for real: another tab comes to the front (`bringToFront` leaves every page "visible"). */
export async function hideBehind(page: Page): Promise<Page> {
  const other = await page.context().newPage();
  await activate(other);
  await page.waitForFunction(() => document.hidden, undefined, { polling: 50 });
  return other;
}

/** Brings a page back to the front. */
export async function show(page: Page): Promise<void> {
  await activate(page);
  await page.waitForFunction(() => !document.hidden, undefined, { polling: 50 });
}

async function activate(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { targetInfo } = await session.send('Target.getTargetInfo');
  await session.send('Target.activateTarget', { targetId: targetInfo.targetId });
  await session.detach();
}
