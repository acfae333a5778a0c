import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright/test';
import { call } from '../desk.ts';
import type { Product } from '../server.ts';
import { expect, expectReadable, looks, open, speak, productAt } from '../test.ts';

/** Half past one in the afternoon in Jakarta, whenever the tests run. */
const test = productAt('2026-11-24T13:30:00+07:00');

/** Somebody of the Jakarta clinic at a browser of his own, in English unless said otherwise. */
async function signedIn(
  browser: Browser,
  product: Product,
  role: 'staff' | 'admin',
  { language = 'en', ...options }: BrowserContextOptions & { language?: 'id' | 'en' } = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: product.url, ...options });
  await speak(context, product.url, language);
  await call(context, 'auth.login', { email: `${role}@jakarta.demo`, password: product.demoPassword });
  return context;
}

interface List {
  readonly items: readonly { readonly id: string; readonly name: string }[];
}

/** Somebody who waits for the shortest of the facials. */
async function newWalkIn(context: BrowserContext): Promise<{ id: string; queueNumber: number }> {
  const [patients, treatments] = [
    await call<List>(context, 'patients.findByTenant', { limit: 1 }),
    await call<List>(context, 'treatments.findByTenant', { limit: 200 }),
  ];
  return call(context, 'queue.join', {
    patientId: patients.items[0]?.id,
    treatmentId: treatments.items.find(({ name }) => name === 'Facial Express')?.id,
  });
}

test('the waiting room sees numbers and no names, hears a call at once, and says when it hears nothing', async ({
  browser,
  product,
}) => {
  const context = await signedIn(browser, product, 'staff');
  const guest = await newWalkIn(context);
  const page = await context.newPage();
  await page.goto('/jakarta');
  const screenLink = page.getByRole('link', { name: 'Waiting room screen' });
  await open(page, (await screenLink.getAttribute('href')) ?? '');
  const number = String(guest.queueNumber);
  const [called, next] = [
    page.getByRole('region', { name: 'Please come in' }),
    page.getByRole('region', { name: 'Next' }),
  ];
  await expect(next).toContainText(number);
  const { patientName } = await call<{ patientName: string }>(context, 'queue.callIn', { id: guest.id });
  await expect(called).toContainText(number);
  await expect(next).not.toContainText(number);
  expect(await page.content()).not.toContain(patientName);

  // What it cannot read it does not know.
  await page.route('**/queue.numbers*', (route) => route.abort());
  await call(context, 'queue.start', { id: guest.id });
  await expect(page.getByText('Not up to date since 13:3')).toBeVisible();
  await page.unroute('**/queue.numbers*');
  await expect(called).not.toContainText(number);
  await expect(page.getByText('Not up to date')).toBeHidden();
  await context.close();
});

test('a day is counted and closed without script, money that comes later is shown, and an owner opens it again', async ({
  browser,
  product,
}) => {
  const context = await signedIn(browser, product, 'staff', { javaScriptEnabled: false });
  const guest = await newWalkIn(context);
  const page = await context.newPage();
  await page.goto('/jakarta');
  await page.getByRole('link', { name: 'Still open from earlier days: ' }).click();
  const open = page.getByRole('main').getByRole('listitem');
  const left = await open.count();
  const [first, second] = [await open.nth(0).getByRole('link').innerText(), await open.nth(1).innerText()];
  await open.nth(0).getByRole('button', { name: 'Complete' }).click();
  await expect(open.nth(0).getByLabel('Method'), 'nobody has said how it was paid').toBeFocused();
  await open.nth(0).getByLabel('Method').selectOption('QRIS');
  await open.nth(0).getByRole('button', { name: 'Complete' }).click();
  // Without `exact` no text is found in a noscript element.
  await expect(page.getByText('Completed and paid.', { exact: true })).toBeVisible();
  await expect(open).toHaveCount(left - 1);
  expect(await open.nth(0).innerText()).toBe(second);
  await open.nth(0).getByRole('button', { name: 'No-show' }).click();
  await expect(page.getByText('Marked as a no-show.', { exact: true })).toBeVisible();
  await expect(open).toHaveCount(left - 2);
  await page.goto('/jakarta/payments');
  await expect(page.getByRole('region', { name: 'All payments' })).toContainText(first.split('\n')[0]!);
  await expect(page.getByText(/^Bookings of this day still open: \d+, not wholly paid: \d+$/)).toBeVisible();
  await page.getByLabel('Opening cash').fill('500,000');
  const counted = page.getByLabel('Cash counted');
  await counted.fill('one');
  await expect(page.getByLabel('Close the day although some are open')).toHaveAttribute('required');
  await page.getByLabel('Close the day although some are open').check();
  await page.getByRole('button', { name: 'Close the day' }).click();
  await expect(counted, 'said where it is').toHaveAccessibleDescription(/in digits only/);
  await expect(counted, 'without script too').toBeFocused();
  await counted.fill('1');
  await page.getByRole('button', { name: 'Close the day' }).click();
  await expect(page.getByText('The count differs: write where it may come from.')).toBeVisible();
  await expect(page.getByLabel('Opening cash')).toHaveValue('500,000');
  await page.getByLabel('Note').fill('The till was emptied at noon');
  await page.getByRole('button', { name: 'Close the day' }).click();
  const day = page.getByRole('region', { name: 'The day is closed' });
  await expect(day).toContainText('Resepsionis Jakarta');
  await expect(day).toContainText('The till was emptied at noon');
  await expect(day.getByText('Open this day again')).toHaveCount(0);
  await call(context, 'bookings.pay', { id: guest.id, method: 'cash', amount: 50_000 });
  await page.reload();
  await expect(day).toContainText('Rp 50,000 changed after closing');

  const owner = await signedIn(browser, product, 'admin');
  const own = await owner.newPage();
  await own.goto('/jakarta/payments');
  await own.getByText('Open this day again').first().click();
  await own.getByLabel('Reason').fill('A payment came late');
  await own.getByRole('button', { name: 'Open this day again' }).click();
  await expect(own.getByRole('region', { name: 'Close the day' })).toContainText('A payment came late');
  await own.getByLabel('Cash counted').fill('1');
  await expect(own.getByRole('status').filter({ hasText: 'too little in the till' })).toBeVisible();
  await own.goto(`/jakarta/bookings/${guest.id}`);
  const taken = own.getByRole('region', { name: 'Payments' });
  for (const method of ['Card', 'Cash']) {
    await taken.getByText('Correct the method').click();
    await taken.getByLabel('Reason').first().fill(`It was ${method}`);
    await taken.getByRole('button', { name: method }).first().click();
    await expect(taken).toContainText(`: It was ${method}`);
    await expect(taken.getByLabel('Reason').first(), 'it does not wait to be sent again').toBeHidden();
  }
  await expect(
    own.getByRole('button', { name: 'Undo', exact: true }),
    'the older way back is gone',
  ).toHaveCount(1);
  await own.goto(`/jakarta/bookings/${guest.id}/receipt`);
  await expect(own.getByRole('article')).toContainText('taken by Resepsionis Jakarta');

  // The day is open again: the money was QRIS, and a part of it goes back in cash.
  await page.goto('/jakarta/payments');
  await page.locator(`a[href*="${guest.id}?correct"]`).click();
  const payments = page.getByRole('region', { name: 'Payments' });
  await payments.getByLabel('Reason').first().fill('The slip says so');
  await payments.getByRole('button', { name: 'QRIS' }).first().click();
  await expect(payments).toContainText('corrected from Cash: The slip says so');
  await payments.getByText('Refund', { exact: true }).click();
  const refund = payments.locator('form[name=refund]');
  await refund.getByLabel('Amount').fill('60,000');
  await refund.getByLabel('Reason').fill('Her skin reacted');
  await refund.getByRole('button', { name: 'Cash' }).click();
  await expect(refund).toContainText('More than nothing, and at most Rp 50,000.');
  await expect(refund.getByLabel('Reason')).toHaveValue('Her skin reacted');
  await refund.getByLabel('Amount').fill('20,000');
  await refund.getByRole('button', { name: 'Cash' }).click();
  await expect(payments).toContainText('Her skin reacted');
  await expect(refund, 'what was sent does not wait to be sent again').toBeHidden();
  await page.goto('/jakarta/payments');
  await expect(page.getByRole('region', { name: 'Close the day' })).toContainText('Cash given back');
  await expect(page.getByRole('region', { name: 'All payments' })).toContainText(
    'Given back: Her skin reacted',
  );

  // What is left of it is not forgotten when the booking is called off.
  await page.goto(`/jakarta?booking=${guest.id}`);
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('what was paid stays here until it is given back')).toBeVisible();
  await page.goto(`/jakarta?booking=${guest.id}`);
  await expect(page.getByRole('dialog')).toContainText('Rp 30,000 was paid for it');
  await page.getByRole('link', { name: 'Give money back' }).click();
  await expect(refund.getByLabel('Amount')).toHaveValue('30,000');
  await Promise.all([context.close(), owner.close()]);
});

test('an owner compares days of his choice without script and takes the table along; the desk may not', async ({
  browser,
  product,
}) => {
  const context = await signedIn(browser, product, 'admin', { javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/jakarta/reports');
  await page.getByRole('link', { name: 'Choose dates' }).click();
  await page.getByLabel('From').fill('2026-11-20');
  await page.getByLabel('To', { exact: true }).fill('2026-11-22');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByText('compared with 17 Nov 2026 – 19 Nov 2026')).toBeVisible();
  const revenue = page.getByRole('region', { name: 'Revenue', exact: true });
  await revenue.getByText('Tables and CSV').click();
  const days = revenue.getByRole('table', { name: 'by day' });
  await expect(days.getByRole('row')).toHaveCount(4);
  const link = revenue.getByRole('link', { name: 'CSV by day' });
  const file = await (await context.request.get((await link.getAttribute('href')) ?? '')).text();
  const { byDay } = await call<{ byDay: { date: string; amount: number; count: number }[] }>(
    context,
    'reports.revenue',
    { from: '2026-11-20', to: '2026-11-22' },
  );
  expect(file.split('\r\n').slice(1, 4)).toEqual(
    byDay.map(({ date, amount, count }) => `${date},${amount},${count}`),
  );
  await context.close();

  const desk = await signedIn(browser, product, 'staff');
  for (const path of ['/jakarta/reports', '/jakarta/reports/revenue-day.csv'])
    expect((await desk.request.get(path)).status(), path).toBe(403);
  await desk.close();
});

for (const { language, colorScheme } of looks)
  test(`money, reports and the waiting room are readable by everyone, in ${language} and ${colorScheme}`, async ({
    browser,
    product,
  }) => {
    const context = await signedIn(browser, product, 'admin', { language, colorScheme });
    const guest = await newWalkIn(context);
    await call(context, 'queue.callIn', { id: guest.id });
    await call(context, 'bookings.pay', { id: guest.id, method: 'cash', amount: 50_000 });
    const page = await context.newPage();
    for (const path of [
      '/jakarta/queue/screen',
      '/jakarta/payments',
      `/jakarta/bookings/${guest.id}?refund`,
      `/jakarta/bookings/${guest.id}/receipt`,
      '/jakarta/reports',
      '/jakarta/left-open',
    ]) {
      await page.goto(path);
      await expectReadable(page, path);
    }
    await context.close();
  });
