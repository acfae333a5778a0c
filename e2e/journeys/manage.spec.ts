import type { Locator, Page } from 'playwright/test';
import { call, desk, read } from '../desk.ts';
import { accessibilityProblems, expect, expectReadable, looks, opening, png, productAt } from '../test.ts';

/** A product of its own: what these journeys set up, others would find changed. */
const test = productAt(opening);

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
    await call(context, 'treatments.update', { id, price: 900_000, description: 'Tinting.' });
    await page.getByLabel('Price').fill('1jt');
    await page.getByLabel('Duration').fill('50');
    await expect(page.getByLabel('Price'), 'it is seen how it was read').toHaveValue('1,000,000');
    await page.getByRole('button', { name: 'Save' }).click();
    const notice = page.locator('dl').filter({ hasText: 'Price' });
    await expect(notice).toContainText('1,250,000 → 900,000');
    await expect(notice, 'an amount is written in the form of the language').toContainText(
      'You typed 1,000,000.',
    );
    await expect(page.getByLabel('Description')).toHaveValue('Tinting.');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(brows.getByRole('link', { name: /^Lash Tint/ })).toContainText('1,000,000');
    await toast(page, 'Lash Tint is saved.').getByRole('button', { name: 'Undo' }).last().click();
    await expect(brows.getByRole('link', { name: /^Lash Tint/ })).toContainText('900,000');
    await call(context, 'treatments.update', { id, price: 1_000_000, durationMin: 50 });
    expect(await read(context, 'treatments.get', { id })).toMatchObject({
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
    // What is saved is read again, and the list must not be drawn anew under the mouse.
    await page.waitForLoadState('networkidle');
    const grip = brows.getByRole('listitem').last().locator('[data-grip]');
    await grip.hover();
    await page.mouse.down();
    const first = await brows.getByRole('listitem').first().boundingBox();
    await page.mouse.move((first?.x ?? 0) + 60, (first?.y ?? 0) + 4, { steps: 8 });
    const saved = page.waitForResponse((response) => response.url().includes('treatments.reorder'));
    await page.mouse.up();
    await inOrder(list, 'Sulam Alis', 'Lash Tint', 'Eyelash Extension', 'Lash Lift');
    await saved;
    await page.reload();
    await inOrder(list, 'Sulam Alis', 'Lash Tint', 'Eyelash Extension', 'Lash Lift');

    await page.route('**/treatments.reorder**', (route) => route.abort());
    await page.getByRole('button', { name: 'Move Lash Tint up' }).click();
    await expect(toast(page, 'There is no connection. Whether this was saved')).toBeVisible();
    await expect(list.getByRole('listitem').first()).toContainText('Sulam Alis');
    await page.unroute('**/treatments.reorder**');
    await page.getByRole('button', { name: 'Move Lash Tint up' }).click();
    const undo = toast(page, 'The order is saved').getByRole('button', { name: 'Undo' });
    await expect(undo).toBeVisible();
    await expect(toast(page, 'There is no connection')).toHaveCount(0);
    const back = page.waitForResponse((response) => response.url().includes('treatments.reorder'));
    await undo.click();
    await back;
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
    await page.getByLabel('Price').fill('1,25 jt');
    await page.getByLabel('Category').fill(' ');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByLabel('Price'), 'as it was read').toHaveValue('1,250,000');
    await page.getByLabel('Category').fill('Brow & Lash');
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
    // The price list on paper is for patients.
    const popularity = reception.page.getByTitle('Popularity').first();
    await expect(popularity).toBeVisible();
    await reception.page.emulateMedia({ media: 'print' });
    await expect(popularity).toBeHidden();
    await expect(reception.page.getByRole('main').getByText('Klinik Melati Jakarta')).toBeVisible();
    await reception.page.emulateMedia({ media: null });
    await reception.page.getByRole('link', { name: /^Facial Acne/ }).click();
    await expect(reception.page.getByRole('definition').filter({ hasText: 'Sari Wulandari' })).toBeVisible();
    await expect(reception.page.getByRole('button', { name: 'Save' })).toHaveCount(0);
    await reception.context.close();
  });
});

test.describe('the staff', () => {
  test('whoever has no hours gets them from the rota, which then asks no more', async ({
    browser,
    product,
  }) => {
    const { context, page } = await desk(browser, product, { email });
    const reception = await desk(browser, product);
    await call(context, 'staff.add', {
      name: 'Wulan Tanpa Jam',
      role: 'Terapis',
      skills: [],
      workingHours: [],
    });
    const setHours = page.getByRole('link', { name: 'Set hours: Wulan Tanpa Jam' });
    await page.goto('/jakarta/staff/rota');
    await expect(page.getByRole('link', { name: /^Set hours/ }), 'nobody else is without').toHaveCount(1);
    await reception.page.goto('/jakarta/staff/rota');
    await expect(reception.page.getByRole('row', { name: /Wulan Tanpa/ })).toBeVisible();
    await expect(reception.page.getByRole('link', { name: /^Set hours/ })).toHaveCount(0);
    await setHours.click();
    await page.getByRole('checkbox', { name: 'Monday' }).check();
    await page.getByLabel('Monday, from').fill('10');
    await page.getByLabel('Monday, until').fill('14');
    await page.getByRole('button', { name: 'Save the hours' }).click();
    await expect(toast(page, 'The hours are saved.')).toBeVisible();
    await page.goto('/jakarta/staff/rota');
    await expect(page.getByRole('row', { name: /Wulan Tanpa/ })).toContainText('10:00–14:00');
    await expect(setHours).toHaveCount(0);
    await Promise.all([context.close(), reception.context.close()]);
  });

  test('somebody is added with hours, goes on leave and back, and leaves when no booking is ahead', async ({
    browser,
    product,
  }) => {
    const { context, page } = await desk(browser, product, { email });
    await page.goto('/jakarta/staff/new');
    await page.getByLabel('Name', { exact: true }).fill('Putri Melati');
    // Not in the language of the browser, once the words are there.
    await expect(async () => {
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      const said = await page.getByLabel('Job').evaluate((job: HTMLInputElement) => job.validationMessage);
      expect(said).toBe('Fill this in.');
    }).toPass();
    await page.getByLabel('Job').fill(' ');
    await page.getByLabel('Monday, from').fill('early');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByLabel('Job'), 'and not only the hours').toBeFocused();
    await page.getByLabel('Job').fill('Therapist');
    await page.getByLabel('Monday, from').fill('9');
    await page.getByLabel('Skills').fill('Facial, Body');
    await page.getByLabel('Facial Acne').check();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Putri Melati' })).toBeVisible();
    const here = page.url();
    const id = here.split('/').at(-1) ?? '';

    await call(context, 'staff.update', { id, skills: ['Laser'] });
    await page.getByLabel('Monday, from').fill('10');
    await page.getByRole('button', { name: 'Save the hours' }).click();
    await expect(toast(page, 'The hours are saved.')).toBeVisible();
    const stored = await read<{ workingHours: string[] }>(context, 'staff.get', { id });
    expect(stored.workingHours[0]).toBe('mon 10:00-21:00');

    await page.keyboard.press('u');
    await expect(page.getByLabel('Monday, from')).toHaveValue('09:00');

    const performed = page.getByRole('group', { name: 'Performs' });
    const { items } = await read<{ items: { id: string; name: string }[] }>(
      context,
      'treatments.findByTenant',
    );
    const named = (name: string) => items.find((one) => one.name === name)?.id;
    const treatmentIds = ['Facial Acne', 'Facial Express'].map(named);
    await call(context, 'staff.setTreatments', { id, treatmentIds });
    await performed.getByLabel('Facial Premium').check();
    await page.getByRole('button', { name: 'Save treatments' }).click();
    await expect(page.locator('dl').filter({ hasText: 'Facial Express' })).toContainText(
      'not performed → performed',
    );
    for (const name of ['Facial Acne', 'Facial Express', 'Facial Premium'])
      await expect(performed.getByLabel(name)).toBeChecked();
    await page.getByRole('button', { name: 'Save treatments' }).click();
    await toast(page, 'The treatments are saved.').getByRole('button', { name: 'Undo' }).last().click();
    await expect(performed.getByLabel('Facial Premium')).not.toBeChecked();
    await expect(performed.getByLabel('Facial Express')).toBeChecked();

    await page.getByLabel('First day').fill('2026-12-24');
    await page.getByLabel('Last day').fill('2026-12-23');
    await page.getByRole('button', { name: 'Enter leave' }).click();
    await expect(page.getByLabel('Last day'), 'refused where it is typed').toBeFocused();
    await expect(page.getByLabel('Last day')).toHaveAccessibleDescription(/^Write the first day; the last/);
    await page.getByLabel('Last day').fill('2026-12-26');
    const elsewhere = { from: '2026-12-30', to: '2026-12-30' };
    await call(context, 'staff.addTimeOff', { id, timeOff: elsewhere });
    const away = page.getByRole('listitem').filter({ hasText: 'On leave' });
    await page.getByRole('button', { name: 'Enter leave' }).click();
    await expect(page.getByRole('alert')).toContainText('Admin Jakarta has just changed this.');
    await expect(away).toHaveText([/30 Dec/]);
    await page.getByRole('button', { name: 'Enter leave' }).click();
    await expect(away).toHaveText([/24 Dec/, /30 Dec/]);
    await call(context, 'staff.removeTimeOff', { id, ...elsewhere });
    await away
      .first()
      .getByRole('button', { name: /^Take back/ })
      .click();
    await expect(page.getByRole('alert')).toContainText('Admin Jakarta has just changed this.');
    await expect(away).toHaveText([/24 Dec/]);
    await away.getByRole('button', { name: /^Take back/ }).click();
    await expect(away).toHaveCount(0);
    await toast(page, 'The leave is taken back.').getByRole('button', { name: 'Undo' }).last().click();
    await expect(away).toContainText('24 Dec');
    await page.goto('/jakarta/staff/rota?week=2026-12-24');
    const row = page.getByRole('row', { name: /Putri Melati/ });
    await expect(row).toContainText('On leave');
    await page.setViewportSize({ width: 360, height: 780 });
    await page
      .getByRole('navigation', { name: 'Days of the week' })
      .getByRole('link', { name: /24 December/ })
      .click();
    await expect(row.getByRole('cell'), 'a day at a time on a phone').toHaveText(['On leave']);
    await page.setViewportSize({ width: 1440, height: 900 });

    await page.goto(here);
    const face = page.getByRole('main').locator('header img');
    await page.getByLabel('Picture').setInputFiles({ name: 'p.txt', mimeType: 'text/plain', buffer: png });
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(toast(page, 'The picture is saved.')).toBeVisible();
    await expect.poll(() => face.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(2);
    const address = product.url + (await face.getAttribute('src'));
    const board = await context.newPage();
    await board.goto('/jakarta');
    const next = board.getByRole('link', { name: /Putri Melati/ }).locator('img');
    await expect(next, 'on the board too').toHaveAttribute('src', new URL(address).pathname);
    const html = await (await context.request.get('/jakarta')).text();
    expect(html, 'the policy of the page refuses attributes that act').not.toMatch(/<img[^>]* on\w+=/);
    await board.close();
    await page.getByRole('button', { name: 'Take the picture away' }).click();
    await expect(face).toHaveCount(0);
    expect((await fetch(address)).status).toBe(404);
    await toast(page, 'The picture is taken away.').getByRole('button', { name: 'Undo' }).last().click();
    await expect(face).toBeVisible();
    expect((await fetch(address)).status).toBe(200);
    await page.getByRole('button', { name: 'Deactivate' }).click();
    await expect(toast(page, 'Putri Melati is deactivated.')).toBeVisible();
    await expect(face).toHaveCount(0);
    expect((await fetch(address)).status).toBe(404);
    await expect(page.getByText('This staff member is inactive')).toBeVisible();
    await page.goto('/jakarta/staff');
    await page.getByRole('link', { name: /^Sari Wulandari/ }).click();
    await page.getByRole('button', { name: 'Deactivate' }).click();
    await expect(page.getByText('There are bookings to come.')).toBeVisible();
    await expect(page.getByRole('link', { name: /Facial/ }).first()).toHaveAttribute('href', /move=1/);
    await context.close();
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
    const { items } = await read<{ items: { id: string }[] }>(context, 'treatments.findByTenant');
    const people = await read<{ items: { id: string }[] }>(context, 'staff.findByTenant');
    for (const path of [
      '/jakarta/treatments',
      '/jakarta/treatments?order=1&rename=Laser',
      '/jakarta/treatments?show=inactive',
      `/jakarta/treatments/${items[0]?.id}`,
      '/jakarta/treatments/new',
      '/jakarta/staff',
      '/jakarta/staff/rota',
      '/jakarta/staff/new',
      `/jakarta/staff/${people.items[3]?.id}`,
    ]) {
      await page.goto(path);
      await expectReadable(page, path);
    }
    await page.setViewportSize({ width: 360, height: 780 });
    await page.getByRole('navigation').last().locator('summary').click();
    expect(await accessibilityProblems(page), 'more places').toEqual([]);
    await context.close();
  });
