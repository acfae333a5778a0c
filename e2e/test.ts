import { readFileSync } from 'node:fs';
import type axe from 'axe-core';
import { expect, test as base, type BrowserContext, type Page } from 'playwright/test';
import { Product } from './server.ts';

export { expect };

/**
 * The looks in which pages are examined for accessibility: names depend on the language and contrast on the scheme,
 * so that each of both once is enough.
 */
export const looks = [
  { language: 'id', colorScheme: 'dark' },
  { language: 'en', colorScheme: 'light' },
] as const;

/**
 * A Tuesday morning, ten minutes after the doors of the demo clinics have opened. Demo data takes as long as many
 * journeys: those that need no other moment share it.
 */
export const opening = '2026-11-24T09:10:00+07:00';

/** A picture of two pixels by one. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNoaAAAAYMBARg1IhUAAAAASUVORK5CYII=',
  'base64',
);

/** Each worker runs its own product; each test starts from a page that has nothing to complain about. */
export const test = base.extend<{ language: (language: 'id' | 'en') => Promise<void> }, { product: Product }>(
  {
    product: [
      async ({}, use) => {
        await using product = await Product.start({ CIRCE_CLOCK: opening });
        await use(product);
      },
      { scope: 'worker' },
    ],
    baseURL: async ({ product }, use) => use(product.url),
    language: async ({ context, product }, use) => use((language) => speak(context, product.url, language)),
    page: async ({ page }, use) => {
      const complaints = listen(page);
      await use(page);
      expect(complaints, 'the console stays silent').toEqual([]);
    },
  },
);

/** The same with a product whose clock begins at a moment, whenever the tests run, such as `2026-11-24T10:00:00+07:00`. */
export const productAt = (clock: string) =>
  test.extend<object, { product: Product }>({
    product: [
      async ({}, use) => {
        await using product = await Product.start({ CIRCE_CLOCK: clock });
        await use(product);
      },
      { scope: 'worker' },
    ],
  });

/** Sets the language as the switch does. */
export const speak = (context: BrowserContext, url: string, language: 'id' | 'en') =>
  context.addCookies([{ name: 'circe_locale', value: language, url }]);

/** Opens a board and waits until its script is there and hears what happens. */
export async function open(page: Page, path: string) {
  // A board that is open already could answer for the new one.
  await page.goto('about:blank');
  const listening = page.waitForResponse((response) => response.url().includes('/live.events'));
  await page.goto(path);
  await listening;
}

/** Collects what a page complains about: errors, warnings, refused resources, exceptions. */
export function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

const axeSource = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const bringsAxe = new WeakSet<Page>();

/**
 * Brings axe into a page, and with every document that the page goes to afterwards: half a megabyte is sent once.
 * Without axe's own package for Playwright, which takes as long again to ask for frames that no page of ours has.
 */
async function bringAxe(page: Page): Promise<void> {
  if (bringsAxe.has(page)) return;
  bringsAxe.add(page);
  await page.addInitScript({ content: axeSource });
  await page.evaluate(axeSource);
}

/** What axe finds on the page, by WCAG 2.2 AA and its own good advice, as short lines. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await bringAxe(page);
  return page.evaluate(async () => {
    // Axe looks where things are, so not while a dialog still comes. What turns for ever is not waited for,
    // nor what stands in a closed menu, which never ends.
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    const ending = document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime) && (effect as KeyframeEffect).target?.checkVisibility()); // prettier-ignore
    await Promise.allSettled(ending.map(({ finished }) => finished));
    const { configure, reset, run } = (globalThis as unknown as { axe: typeof axe }).axe;
    // Selectors of all that is well, and styles fetched once more, are a fifth of its time and nothing that is shown.
    const look = () => run(document, { resultTypes: ['violations'], selectors: false, preload: false });
    // The source of every element that is looked at is a tenth of it: only who finds something asks for that.
    configure({ noHtml: true });
    let { violations } = await look();
    if (violations.length > 0) {
      reset();
      const shown = (await look()).violations;
      if (shown.length > 0) violations = shown;
    }
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary ?? ''}`),
    );
  });
}

/** That axe finds nothing on a page, and that it is no wider than the screen of a phone. */
export async function expectReadable(page: Page, what: string): Promise<void> {
  expect(await accessibilityProblems(page), what).toEqual([]);
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 780 });
  const beside = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(beside, `beside the screen of a phone: ${what}`).toBeLessThanOrEqual(0);
  if (wide) await page.setViewportSize(wide);
}
