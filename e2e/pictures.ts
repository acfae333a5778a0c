// node e2e/pictures.ts: takes the pictures of the README and of docs/look.md from the built product, at half past ten in the morning.
import { join } from 'node:path';
import { chromium as playwright } from 'playwright/test';
import { chromium } from './browser.ts';
import { Product } from './server.ts';
import { speak } from './test.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'pictures');

await using product = await Product.start({ CIRCE_CLOCK: '2026-11-24T10:30:00+07:00' });
const browser = await playwright.launch(await chromium());
const context = await browser.newContext({ baseURL: product.url, viewport: { width: 1440, height: 900 } });
await speak(context, product.url, 'en');
const page = await context.newPage();
await page.goto('/jakarta/login');
await page.getByLabel('Email').fill('staff@jakarta.demo');
await page.getByLabel('Password').fill(product.demoPassword);
await page.getByRole('button', { name: 'Sign in' }).click();
await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
for (const [name, path] of [
  ['today', '/jakarta'],
  ['calendar', '/jakarta/calendar'],
] as const) {
  await page.goto(path);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
for (const [name, colorScheme] of [
  ['components', 'light'],
  ['components-dark', 'dark'],
] as const) {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1100, height: 1600 });
  await page.goto('/components');
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
await browser.close();
