import type { Browser, Page } from 'playwright/test';
import { Product } from '../server.ts';
import { expect, listen, opening, speak, test } from '../test.ts';

/** One of the two screens at the desk, signed in by hand. */
async function screen(browser: Browser, product: Product): Promise<Page> {
  const context = await browser.newContext({ baseURL: product.url, viewport: { width: 1440, height: 900 } });
  await speak(context, product.url, 'en');
  const page = await context.newPage();
  await page.goto('/jakarta');
  await page.getByLabel('Email').fill('staff@jakarta.demo');
  await page.getByLabel('Password').fill(product.demoPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Today', level: 1 })).toBeVisible();
  return page;
}

async function register(page: Page, name: string, phone: string): Promise<void> {
  await page.goto('/jakarta/patients/new');
  const form = page.locator('form').filter({ has: page.locator('input[name=phone]') });
  await form.locator('input[name=name]').fill(name);
  await form.locator('input[name=phone]').fill(phone);
  await form.locator('button:not([type=button])').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
}

const freeTimes = (page: Page) => page.getByRole('group', { name: 'Free times' }).getByRole('link');

/** Books a facial with anybody for today, for the patient whose record is open, and answers its time. */
async function bookFacial(page: Page): Promise<string> {
  await page.getByRole('main').getByRole('link', { name: 'Book', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Find a treatment' }).fill('acne');
  await page.getByRole('link', { name: /^Facial Acne/ }).click();
  await expect(freeTimes(page).first()).toBeVisible();
  const time = (await freeTimes(page).first().innerText()).match(/\d\d:\d\d/)?.[0] ?? '';
  await freeTimes(page).first().click();
  await page.getByLabel('The patient has confirmed').check();
  await page.getByRole('button', { name: `Book today ${time}` }).click();
  await expect(page).toHaveURL(/\/jakarta$/);
  return time;
}

const row = (page: Page, name: string) =>
  page.locator('[data-column]').first().getByRole('listitem').filter({ hasText: name });
const queued = (page: Page, name: string) =>
  page.getByRole('complementary', { name: 'Walk-in queue' }).getByRole('listitem').filter({ hasText: name });

test('a receptionist works a morning from nothing, a second screen follows, and a kill loses none of it', async ({
  browser,
}) => {
  test.setTimeout(120_000);
  await using product = await Product.start({ CIRCE_CLOCK: opening });
  const desk = await screen(browser, product);
  const second = await screen(browser, product);
  const complaints = listen(desk);

  await register(desk, 'Melinda Prasetyo', '0811-9000-0001');
  const time = await bookFacial(desk);
  await expect(row(second, 'Melinda Prasetyo')).toContainText(time);

  await register(desk, 'Walter Tamba', '0811-9000-0002');
  await desk.getByRole('main').getByRole('link', { name: 'Walk-in', exact: true }).click();
  await desk.getByRole('link', { name: 'Facial Express' }).click();
  await desk.getByRole('button', { name: 'Add to the queue' }).click();
  const number = (await desk.getByRole('article').innerText()).match(/number\s+(\d+)/i)?.[1] ?? 'none';
  await expect(queued(second, 'Walter Tamba')).toContainText(number);

  await desk.goto('/jakarta');
  await queued(desk, 'Walter Tamba').getByRole('button', { name: 'Call' }).click();
  await queued(desk, 'Walter Tamba').getByRole('button', { name: 'Start' }).click();
  await queued(desk, 'Walter Tamba').getByRole('link', { name: 'Complete' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'QRIS' }).click();
  await expect(row(second, 'Walter Tamba')).toContainText('Completed');
  await expect(row(second, 'Walter Tamba')).toContainText('Paid');

  expect(complaints).toEqual([]);
  await product.kill();
  await product.start();

  // The session survives with the rest: nobody has to sign in again.
  await desk.goto('/jakarta');
  await expect(row(desk, 'Melinda Prasetyo')).toContainText(time);
  await expect(row(desk, 'Walter Tamba')).toContainText('Completed');

  await row(desk, 'Melinda Prasetyo')
    .getByRole('link', { name: /^Everything for/ })
    .click();
  await desk.getByRole('dialog').getByRole('link', { name: 'Move' }).click();
  await expect(freeTimes(desk).last()).toBeVisible();
  const later = (await freeTimes(desk).last().innerText()).match(/\d\d:\d\d/)?.[0] ?? '';
  await freeTimes(desk).last().click();
  await desk.getByRole('button', { name: `Move to today ${later}` }).click();
  await expect(desk.getByText(/^Moved to/).first()).toBeVisible();
  // The second screen found the server again by itself and missed nothing.
  await expect(row(second, 'Melinda Prasetyo')).toContainText(later, { timeout: 20_000 });

  await desk.goto('/jakarta');
  await row(desk, 'Melinda Prasetyo')
    .getByRole('link', { name: /^Everything for/ })
    .click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(row(second, 'Melinda Prasetyo')).toContainText('Cancelled');

  await product.kill();
  await product.start();
  await desk.goto('/jakarta');
  await expect(row(desk, 'Melinda Prasetyo')).toContainText('Cancelled');
  await expect(row(desk, 'Walter Tamba')).toContainText('Paid');
  await desk.context().close();
  await second.context().close();
});
