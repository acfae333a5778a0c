import type { Locator, Page } from 'playwright/test';
import { call, desk, read } from '../desk.ts';
import { Product } from '../server.ts';
import { accessibilityProblems, expect, looks, test as base } from '../test.ts';

const test = base.extend<object, { product: Product }>({
  product: [
    async ({}, use) => {
      await using product = await Product.start({ CIRCE_CLOCK: '2026-11-24T10:00:00+07:00' });
      await use(product);
    },
    { scope: 'worker' },
  ],
});

const email = 'admin@jakarta.demo';
const toast = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text });
/** That a list shows these, in this order. */
const inOrder = (list: Locator, ...names: string[]) =>
  expect(list.getByRole('listitem')).toHaveText(names.map((name) => new RegExp(name)));

/** Every form of a treatment, as somebody with a keyboard fills it. */
async function fillTreatment(page: Page, name: string, performer: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Category').fill('Brow & Lash');
  await page.getByLabel('Duration').fill('45');
  await page.getByLabel('Price').fill('1.250.000');
  await page.getByLabel('Buffer after').fill('10');
  await page.getByLabel(performer).check();
}

test.describe('the price list', () => {
  test('a treatment is added, changed at two desks at once, put into its place, taken off and back', async ({
    browser,
    product,
  }) => {
    const { context, page } = await desk(browser, product, { email });
    await page.goto('/jakarta');
    await page.getByRole('banner').getByText('More').click();
    await page.getByRole('banner').getByRole('link', { name: 'Treatments' }).click();
    await page.getByRole('link', { name: 'Add a treatment' }).click();
    await fillTreatment(page, 'Lash Lift', 'Maya Puspita');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByText('This name is in use already.')).toBeVisible();
    await page.getByLabel('Name', { exact: true }).fill('Lash Tint');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(toast(page, 'Lash Tint is added.')).toBeVisible();
    const brows = page.getByRole('region', { name: 'Brow & Lash' });
    await expect(brows.getByRole('link', { name: /^Lash Tint/ })).toContainText('1,250,000');

    await brows.getByRole('link', { name: /^Lash Tint/ }).click();
    await expect(page.getByRole('heading', { name: 'Lash Tint' })).toBeVisible();
    const id = page.url().split('/').at(-1) ?? '';
    await call(context, product, 'treatments.update', { id, price: 900_000, description: 'Tinting.' });
    await page.getByLabel('Price').fill('1.000.000');
    await page.getByLabel('Duration').fill('50');
    await page.getByRole('button', { name: 'Save' }).click();
    const notice = page.locator('dl').filter({ hasText: 'Price' });
    await expect(notice).toContainText('1,250,000 → 900,000');
    await expect(notice).toContainText('You typed 1.000.000.');
    await expect(page.getByLabel('Description')).toHaveValue('Tinting.');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(brows.getByRole('link', { name: /^Lash Tint/ })).toContainText('1,000,000');
    expect(await read(context, product, 'treatments.get', { id })).toMatchObject({
      price: 1_000_000,
      durationMin: 50,
      description: 'Tinting.',
      bufferAfterMin: 10,
    });

    await page.getByRole('link', { name: 'Change the order' }).click();
    const list = brows.getByRole('list');
    await inOrder(list, 'Eyelash Extension', 'Lash Lift', 'Lash Tint', 'Sulam Alis');
    const up = page.getByRole('button', { name: 'Move Lash Tint up' });
    await up.focus();
    await page.keyboard.press('Enter');
    await expect(up).toBeFocused();
    await page.keyboard.press('Alt+ArrowUp');
    await inOrder(list, 'Lash Tint', 'Eyelash Extension', 'Lash Lift', 'Sulam Alis');
    await expect(toast(page, 'The order is saved.')).toBeVisible();
    const grip = brows.getByRole('listitem').last().locator('[data-grip]');
    await grip.hover();
    await page.mouse.down();
    await brows
      .getByRole('listitem')
      .first()
      .hover({ position: { x: 60, y: 4 } });
    await page.mouse.up();
    await inOrder(list, 'Sulam Alis', 'Lash Tint', 'Eyelash Extension', 'Lash Lift');
    await page.reload();
    await inOrder(list, 'Sulam Alis', 'Lash Tint', 'Eyelash Extension', 'Lash Lift');

    await page.route('**/treatments.reorder**', (route) => route.abort());
    await page.getByRole('button', { name: 'Move Lash Tint up' }).click();
    await expect(toast(page, 'There is no connection, so nothing was saved.')).toBeVisible();
    await expect(list.getByRole('listitem').first()).toContainText('Sulam Alis');

    await page.goto(`/jakarta/treatments/${id}`);
    await page.getByRole('button', { name: 'Deactivate' }).click();
    const off = toast(page, 'Lash Tint is deactivated.');
    await expect(brows.getByRole('link', { name: /^Lash Tint/ })).toHaveCount(0);
    await off.getByRole('button', { name: 'Undo' }).last().click();
    await expect(brows.getByRole('link', { name: /^Lash Tint/ })).toBeVisible();
    await context.close();
  });

  test('it is kept without script, and a receptionist only reads it', async ({ browser, product }) => {
    const { context, page } = await desk(browser, product, { email, javaScriptEnabled: false });
    await page.goto('/jakarta/treatments/new');
    await fillTreatment(page, 'Brow Tint', 'Maya Puspita');
    await page.getByLabel('Duration').fill('45');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const brows = page.getByRole('region', { name: 'Brow & Lash' });
    await expect(brows.getByRole('link', { name: /^Brow Tint/ })).toBeVisible();
    await page.getByRole('link', { name: 'Change the order' }).click();
    await page.getByRole('button', { name: 'Move Peeling Acne down' }).click();
    await page.getByRole('button', { name: 'Move Laser down' }).click();
    await page.getByRole('link', { name: 'Rename the category Laser' }).click();
    await page.getByLabel('New name of the category').fill('Light');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText(/^The category Laser is now called Light/)).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByRole('heading', { level: 2 }).last()).toHaveText('Laser');
    await page.getByRole('link', { name: 'Done' }).click();
    await brows.getByRole('link', { name: /^Brow Tint/ }).click();
    await page.getByRole('button', { name: 'Deactivate' }).click();
    await page.getByRole('link', { name: 'Inactive' }).click();
    await page.getByRole('button', { name: 'Restore: Brow Tint' }).click();
    await page.getByRole('link', { name: 'Price list' }).click();
    await expect(brows.getByRole('link', { name: /^Brow Tint/ })).toBeVisible();
    await context.close();

    const reception = await desk(browser, product);
    await reception.page.goto('/jakarta/treatments');
    await expect(reception.page.getByRole('link', { name: 'Add a treatment' })).toHaveCount(0);
    await reception.page.getByRole('link', { name: /^Facial Acne/ }).click();
    await expect(reception.page.getByRole('definition').filter({ hasText: 'Sari Wulandari' })).toBeVisible();
    await expect(reception.page.getByRole('button', { name: 'Save' })).toHaveCount(0);
    await reception.context.close();
  });
});

for (const { language, colorScheme } of looks)
  test(`what a clinic sets up is readable by everyone, in ${language} and ${colorScheme}`, async ({
    browser,
    product,
  }) => {
    test.slow();
    const { context, page } = await desk(browser, product, {
      email,
      language,
      colorScheme,
      reducedMotion: 'reduce',
    });
    const { items } = await read<{ items: { id: string }[] }>(context, product, 'treatments.findByTenant');
    for (const path of [
      '/jakarta/treatments',
      '/jakarta/treatments?order=1&rename=Laser',
      '/jakarta/treatments?show=inactive',
      `/jakarta/treatments/${items[0]?.id}`,
    ]) {
      await page.goto(path);
      expect(await accessibilityProblems(page), path).toEqual([]);
    }
    await page.setViewportSize({ width: 360, height: 780 });
    for (const path of ['/jakarta/treatments?order=1&rename=Laser', '/jakarta/treatments/new']) {
      await page.goto(path);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(360);
    }
    await page.getByRole('navigation').last().locator('summary').click();
    expect(await accessibilityProblems(page), 'more places').toEqual([]);
    await context.close();
  });
