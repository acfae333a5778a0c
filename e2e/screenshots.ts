// node e2e/screenshots.ts <folder> <path or address> [more ...]: each page at 1440 and at 360 px, in both languages.
// Paths are taken from a product that is started for it; `--dark` takes the dark scheme, `--tall` the whole page.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium as playwright } from 'playwright/test';
import { chromium } from './browser.ts';
import { Product } from './server.ts';
import { listen, speak } from './test.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { dark: { type: 'boolean', default: false }, tall: { type: 'boolean', default: false } },
});
const [folder, ...pages] = positionals;
if (!folder || pages.length === 0) {
  console.error('Usage: node e2e/screenshots.ts [--dark] [--tall] <folder> <path or address> [more ...]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

await using product = pages.some((page) => page.startsWith('/')) ? await Product.start() : undefined;
const browser = await playwright.launch(await chromium());
for (const path of pages) {
  const url = new URL(path, product?.url);
  for (const language of ['id', 'en'] as const)
    for (const width of [1440, 360]) {
      const phone = width === 360;
      const context = await browser.newContext({
        viewport: { width, height: phone ? 780 : 900 },
        deviceScaleFactor: phone ? 2 : 1,
        hasTouch: phone,
        isMobile: phone,

        colorScheme: values.dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
        timezoneId: 'Asia/Jakarta',
      });
      await speak(context, url.origin, language);
      const page = await context.newPage();
      const complaints = listen(page);
      await page.goto(url.href, { waitUntil: 'networkidle' });
      const name = `${url.pathname.slice(1).replaceAll('/', '-') || 'home'}-${language}-${width}${values.dark ? '-dark' : ''}.png`;
      await page.screenshot({ path: join(folder, name), fullPage: values.tall });
      console.log(`${name}${complaints.length > 0 ? `: ${complaints.join('; ')}` : ''}`);
      await context.close();
    }
}
await browser.close();
