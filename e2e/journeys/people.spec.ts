import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright/test';
import { call, desk as signedInDesk, read } from '../desk.ts';
import type { Product } from '../server.ts';
import { expect, expectReadable, looks, open, test } from '../test.ts';

interface Desk {
  as?: 'admin' | 'staff';
  language?: 'id' | 'en';
  script?: boolean;
  colorScheme?: 'light' | 'dark';
}

/** A signed-in desk: a browser of its own. */
async function desk(browser: Browser, product: Product, options: Desk = {}): Promise<Page> {
  const { as = 'admin', script = true, ...more } = options;
  const still = { javaScriptEnabled: script, reducedMotion: 'reduce' } as const;
  return (await signedInDesk(browser, product, { ...more, ...still, email: `${as}@jakarta.demo` })).page;
}

interface Listed {
  items: { id: string; name: string; assignedStaff: string[] }[];
}

let people = 0;
interface Person {
  id: string;
  name: string;
  phone: string;
  path: string;
}

/** Somebody whom no other test meets. */
async function newPatient(page: Page, name: string, more: object = {}): Promise<Person> {
  const phone = `0877${test.info().workerIndex}${String(1_000_000 + ++people)}`;
  const { id } = await call<{ id: string }>(page.context(), 'patients.register', { name, phone, ...more });
  return { id, name, phone, path: `/jakarta/patients/${id}` };
}

test('somebody registered twice becomes one, seen before it is done, without script too', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product, { script: false });
  const one = await newPatient(page, 'Wulan Ganda', { notes: 'Alergi lateks' });
  const twin = await newPatient(page, 'Ganda Wulan', { email: 'wulan@contoh.id', locale: 'en' });
  await page.goto(one.path);
  await page
    .getByRole('region', { name: 'May be the same person' })
    .getByRole('link', { name: 'Compare' })
    .click();
  await page.getByRole('link', { name: 'Keep this one instead' }).click();
  const after = page.getByRole('region', { name: 'What will happen' });
  await expect(after).toContainText('Ganda Wulan stays');
  await expect(after).toContainText('Allergies and notes is filled in from the other one: Alergi lateks');
  await page.getByRole('group', { name: 'Name: which is right?' }).getByLabel('Wulan Ganda').check();
  await page.getByRole('button', { name: 'Merge the two' }).click();
  await expect(page).toHaveURL(twin.path);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Wulan Ganda');
  await expect(page.getByRole('main').getByText('Alergi lateks')).toBeVisible();
  await page.goto(one.path);
  await expect(page).toHaveURL(twin.path);
  await page.context().close();
});

test('a patient leaves the lists and comes back, and takes the data along', async ({ browser, product }) => {
  const page = await desk(browser, product);
  const { path, name } = await newPatient(page, '=SUM(A1) Pergi', { notes: 'a, b' });
  await page.goto(path);
  await page.getByRole('main').getByText('More', { exact: true }).click();
  for (const [format, expected] of [
    ['CSV (Excel)', `'${name}`],
    ['JSON', `"name": "${name}"`],
  ] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: format }).click();
    expect(await readFile(await (await download).path(), 'utf8')).toContain(expected);
  }
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.getByText('This patient has been deactivated.')).toBeVisible();
  await page.goto('/jakarta/patients');
  await page.getByRole('link', { name: 'Inactive' }).click();
  await page.getByRole('main').getByRole('link', { name }).click();
  // The same data, asked for at the same time and thrown away, does not take along what there is to say.
  await page.route('**/__data.json*', async (route) => {
    await page.request.get(route.request().url());
    await route.continue();
  });
  await page.getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'active again' })).toBeVisible();
  await expect(page.getByRole('main').getByRole('link', { name: 'Book', exact: true })).toBeVisible();

  const confirm = page.getByLabel(`Type ${name} to confirm`);
  const erase = async (typed: string) => {
    await confirm.fill(typed);
    await page.getByRole('button', { name: 'Erase for good' }).click();
  };
  await page.getByRole('main').getByText('More', { exact: true }).click();
  await erase('Somebody else');
  await expect(confirm).toHaveAccessibleDescription('The name is not the same. Nothing was erased.');
  await expect(confirm).toBeFocused();
  await erase(name);
  await expect(page.getByText('This patient’s personal data was erased.')).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText(name);
  await page.context().close();
});

test('the phone of somebody inactive says so, and an administrator restores on the way to the booking', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product);
  const { id, name, phone } = await newPatient(page, 'Lama Pergi');
  await call(page.context(), 'patients.deactivate', { id });
  const register = async (desk: Page) => {
    await desk.goto('/jakarta/book?register=1');
    await desk.getByLabel('Name', { exact: true }).fill('Lama P.');
    await desk.getByLabel('Phone number').fill(phone);
    await desk.getByRole('button', { name: 'Register and go on' }).click();
    await expect(desk.getByText(`${name} is inactive`)).toBeVisible();
    await expect(desk.getByRole('link', { name: 'Use this patient' })).toHaveCount(0);
  };
  const other = await desk(browser, product, { as: 'staff', script: false });
  await register(other);
  await expect(other.getByText('An administrator can restore the patient.')).toBeVisible();
  await other.goto(`/jakarta/walk-in?patient=${id}`);
  await expect(other.getByText(`${name} is inactive`)).toBeVisible();
  await register(page);
  await page.getByRole('button', { name: 'Restore and go on' }).click();
  await expect(page).toHaveURL(`/jakarta/book?patient=${id}`);
  await expect(page.getByRole('searchbox', { name: 'Find a treatment' })).toBeVisible();
  await Promise.all([page.context().close(), other.context().close()]);
});

test('a receptionist cannot merge, deactivate, or see who is inactive', async ({ browser, product }) => {
  const page = await desk(browser, product, { as: 'staff' });
  const { path } = await newPatient(page, 'Tetap Aktif');
  expect((await page.goto(`${path}/merge`))?.status()).toBe(403);
  const refused = await page.request.post(`${path}?/deactivate`, {
    form: {},
    headers: { origin: product.url },
  });
  expect(refused.status()).toBe(403);
  await page.goto('/jakarta/patients?inactive=1');
  await expect(page.getByRole('heading', { name: 'Newest patients' })).toBeVisible();
  for (const format of ['', 'xml', 'csv&format=json'])
    expect((await page.request.get(`${path}/export?format=${format}`)).ok()).toBe(format.startsWith('csv'));
  expect(
    (await page.request.get('/jakarta/patients/ffffffffffffffffffffffff/export?format=csv')).status(),
  ).toBe(404);
  await page.context().close();
});

/** A booking in the making: somebody new, a facial, with whoever is named first. */
async function almostBooked(page: Page, name: string): Promise<string> {
  const { id } = await newPatient(page, name, { locale: 'id' });
  await page.goto(`/jakarta/book?patient=${id}`);
  const treatment = await page.getByRole('link', { name: /^Facial Acne/ }).getAttribute('href');
  await page.goto(treatment ?? '');
  const staff = page.getByRole('navigation', { name: 'With whom' }).getByRole('link').nth(1);
  return (await staff.getAttribute('href')) ?? '';
}

test('a time that is not free is explained, and an administrator takes it with a reason, without script too', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product, { script: false });
  await page.goto(await almostBooked(page, 'Tari Tumpang'));
  const at = (await page.locator('a[data-first]').getAttribute('href')) ?? '';
  const { searchParams } = new URL(at, product.url);
  const [date, time] = [searchParams.get('date') ?? '', searchParams.get('time') ?? ''];
  const book = page.getByRole('button', { name: new RegExp(`^Book .* ${time}$`) });
  await page.goto(at);
  await page.getByText('Take a deposit now').click();
  await page.getByLabel('Deposit').fill('9.999.999');
  await book.click();
  await expect(page.getByRole('main')).toContainText('no more than the balance');
  await page.getByLabel('Deposit').fill('100.000');
  await page.getByRole('button', { name: 'Book, then send a message' }).click();
  await expect(page.getByLabel('Text of the confirmation')).toHaveValue(
    /^Halo Tari Tumpang, [^]*Rp 100\.000/,
  );
  const link = page.getByRole('link', { name: 'Open WhatsApp' });
  await expect(link).toHaveAttribute('href', /^https:\/\/wa\.me\/62877\d+\?text=Halo\+Tari/);

  await page.goto(at);
  const why = page.getByRole('status').filter({ hasText: `${time} is not free` });
  await expect(why.getByRole('link', { name: `Tari Tumpang ${time}` })).toBeVisible();
  await why.getByRole('link', { name: /^Book .* anyway$/ }).click();
  await page.getByLabel('Reason').fill('Pasien menunggu');
  await book.click();
  await expect(page).toHaveURL(/\/jakarta(\?date=.*)?$/);
  await page.goto(`/jakarta?date=${date}`);
  const row = page.getByRole('listitem').filter({ hasText: 'Overlaps' });
  await expect(row).toContainText('Pasien menunggu');
  await row.getByRole('link', { name: 'Tari Tumpang', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('Overlaps another booking');
  await expect(page.getByRole('main')).toContainText('Admin Jakarta: Pasien menunggu');
  await page.context().close();
});

const freeTimes = (page: Page) => page.getByRole('group', { name: 'Free times' }).getByRole('link');

/** A facial, then another one in the same visit, on a day on which the demo clinic has much free time left. */
async function almostVisited(page: Page, name: string) {
  const { id } = await newPatient(page, name);
  await page.goto(`/jakarta/book?patient=${id}&date=2026-12-07`);
  await page.getByRole('link', { name: /^Facial Acne/ }).click();
  await page.getByRole('link', { name: 'Add another treatment' }).click();
  await page.getByRole('link', { name: /^Facial Express/ }).click();
  await expect(page.getByText('2 treatments · ')).toBeVisible();
}

test('several treatments are one visit: booked, seen, moved over a rule, undone and cancelled as a whole', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product);
  await almostVisited(page, 'Sekali Datang');
  await page.getByText(/^Facial Express with Anyone/).click();
  await page
    .getByRole('navigation', { name: 'With whom: 2. Facial Express' })
    .getByRole('link')
    .nth(1)
    .click();
  await expect(page.getByText('Facial Express with Anyone')).toHaveCount(0);
  const before = (await freeTimes(page).first().innerText()).match(/\d\d:\d\d/)?.[0] ?? '';
  await freeTimes(page).first().click();
  await page.getByRole('button', { name: /^Book Mon 7 Dec/ }).click();
  await expect(page.getByText('2 treatments.').first()).toBeVisible();
  await expect(page.getByText('Facial Express (2/2)')).toBeVisible();
  const row = page.getByRole('listitem').filter({ hasText: 'Facial Acne (1/2)' });
  await row.getByRole('link', { name: 'Everything for Sekali Datang' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm the whole visit' }).click();
  await expect(page.getByText('Sekali Datang: visit confirmed')).toBeVisible();
  await expect(row).toContainText('Confirmed');
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(row).toContainText('Pending');
  await row.getByRole('link', { name: 'Sekali Datang', exact: true }).click();
  const visit = page.getByRole('region', { name: 'Visit of 2 treatments' });
  await expect(visit.getByRole('listitem')).toHaveText([new RegExp(`${before}.*Acne`), /Express/]);

  await visit.getByRole('link', { name: 'Move the whole visit' }).click();
  await expect(freeTimes(page).filter({ hasText: before })).toContainText('now');
  await page.goto(`${page.url()}&date=2026-12-07&time=22:30&staff=any`);
  const why = page.getByRole('status').filter({ hasText: '22:30 is not free' });
  await expect(why).toContainText('Facial Acne · 22:30');
  await expect(why).toContainText('Facial Express · 23:30');
  await why.getByRole('link', { name: 'Take it anyway' }).click();
  await page.getByLabel('Reason').fill('Pesta pengantin');
  await page.getByRole('button', { name: 'Move to Mon 7 Dec 22:30' }).click();
  await expect(page.getByText('The visit is moved').first()).toBeVisible();
  await expect(visit.getByRole('listitem')).toHaveText([/22:30.*Acne/, /23:30.*Express/]);
  await expect(page.getByRole('main')).toContainText('Admin Jakarta: Pesta pengantin');
  await page.getByRole('button', { name: "Undo the visit's last act" }).click();
  await expect(visit.getByRole('listitem').first()).toContainText(before);
  await expect(page.getByRole('main')).not.toContainText('Pesta pengantin');
  await visit.getByRole('button', { name: 'Cancel the whole visit' }).click();
  await expect(visit.getByText('Cancelled')).toHaveCount(2);

  await page.goto('/jakarta?date=2026-12-07');
  const rows = page.getByRole('listitem').filter({ hasText: 'Sekali Datang' });
  await expect(rows.filter({ hasText: 'Cancelled' })).toHaveCount(2);
  await row.getByRole('link', { name: 'Everything for Sekali Datang' }).click();
  await page.getByRole('dialog').getByRole('button', { name: "Undo the visit's last act" }).click();
  await expect(page.getByText('Sekali Datang: whole visit undone')).toBeVisible();
  await expect(rows.filter({ hasText: 'Pending' })).toHaveCount(2);
  await page.context().close();
});

/** A visit of some treatments, at a time and at whatever is there already. */
async function newVisit(
  page: Page,
  name: string,
  startAt: string,
  status: 'pending' | 'confirmed',
  steps = 2,
) {
  const { id: patientId } = await newPatient(page, name);
  const { items } = await read<Listed>(page.context(), 'treatments.findByTenant');
  const express = items.find((one) => one.name === 'Facial Express');
  const step = { treatmentId: express?.id, staffId: express?.assignedStaff[0] };
  return call<{ id: string; visitId: string }[]>(
    page.context(),
    'bookings.bookVisit',
    {
      ...{ patientId, startAt, status, source: 'online', steps: Array.from({ length: steps }, () => step) },
      override: { reason: 'Keluarga' },
    },
    { startAt: ['Date'] },
  );
}

test('whoever comes for several treatments arrives once, and once more when that is undone', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product);
  const [first] = await newVisit(page, 'Datang Berdua', '2026-11-24T09:20:00+07:00', 'confirmed');
  // Before the script is there, the page and not a toast has the way back.
  await open(page, '/jakarta');
  const rows = page.getByRole('listitem').filter({ hasText: 'Datang Berdua' });
  await rows.first().getByRole('button', { name: 'Arrived' }).click();
  await expect(rows.filter({ hasText: 'Waiting' })).toHaveCount(1);
  await expect(rows.filter({ hasText: 'Afterwards' })).toHaveCount(1);
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click();
  await expect(page.getByText('Datang Berdua: whole visit undone')).toBeVisible();
  await expect(rows.filter({ hasText: 'Confirmed' })).toHaveCount(2);

  // What else an act has changed cannot be read or heard of: it can be undone all the same.
  await page.route(/findByVisit|live\.events/, (route) => route.abort());
  await page.goto('/jakarta', { waitUntil: 'networkidle' });
  await rows.first().getByRole('button', { name: 'Arrived' }).click();
  const told = page.getByRole('status').filter({ hasText: 'Datang Berdua: arrived' });
  await told.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Datang Berdua: whole visit undone')).toBeVisible();
  await expect(rows.filter({ hasText: 'Confirmed' })).toHaveCount(2);
  await page.context().close();

  const plain = await desk(browser, product, { as: 'staff', script: false });
  await plain.goto(`/jakarta/bookings/${first?.id}`);
  const visit = plain.getByRole('region', { name: 'Visit of 2 treatments' });
  await plain.getByRole('button', { name: 'Arrived' }).click();
  await expect(visit.getByRole('listitem')).toContainText(['Waiting', 'Afterwards']);
  await plain.getByRole('button', { name: "Undo the visit's last act" }).click();
  await expect(visit.getByText('Confirmed')).toHaveCount(2);
  await plain.context().close();
});

test('who is treated does not wait for the next treatment, and his arrival is undone no more', async ({
  browser,
  product,
}) => {
  const [page, there] = [await desk(browser, product), await desk(browser, product, { as: 'staff' })];
  const name = 'Satu Per Satu';
  const [first, second, third] = await newVisit(page, name, '2026-11-24T09:25:00+07:00', 'confirmed', 3);
  // One of them lies on another day.
  await call(
    page.context(),
    'bookings.reschedule',
    { id: third?.id, startAt: '2026-11-25T09:25:00+07:00', override: { reason: 'Keluarga' } },
    { startAt: ['Date'] },
  );
  const count = async (word: string) =>
    Number(
      (await page.getByRole('link', { name: new RegExp(`^\\d+ ${word}$`) }).textContent())?.match(/\d+/)?.[0],
    );
  await open(page, '/jakarta');
  await open(there, '/jakarta');
  const waiting = await count('Waiting');
  const row = (on: Page, id?: string) => on.locator(`[data-column]:not(#queue) [data-row="${id}"]`);
  const undo = page
    .getByRole('status')
    .filter({ hasText: `${name}: arrived` })
    .getByRole('button', { name: 'Undo' });
  await row(page, first?.id).getByRole('button', { name: 'Arrived' }).click();
  await expect(row(page, second?.id)).toContainText('Afterwards');
  expect(await count('Waiting'), 'he waits once').toBe(waiting + 1);
  // Whatever else says how a booking stands goes by the same rule.
  const list = await desk(browser, product, { as: 'admin', script: false });
  const { patientId } = await read<{ patientId: string }>(list.context(), 'bookings.get', { id: first?.id });
  for (const path of ['payments', `patients/${patientId}`, `bookings/${second?.id}`]) {
    await list.goto(`/jakarta/${path}`);
    const own = list.getByRole('listitem').filter({ hasText: path === 'payments' ? name : /./ });
    await expect(own.filter({ hasText: 'Waiting' }), path).toHaveCount(1);
    await expect(own.filter({ hasText: 'Afterwards' }), path).toHaveCount(1);
  }
  await list.context().close();
  await undo.focus();

  // The other desk goes on: what can be undone no longer is not offered, and the focus is not left nowhere.
  await row(there, first?.id).getByRole('button', { name: 'Start' }).click();
  await expect(row(page, first?.id)).toContainText('In treatment');
  await expect(undo).toHaveCount(0);
  await expect(row(page, first?.id).getByRole('link', { name: 'Complete', exact: true })).toBeFocused();
  await expect(row(page, second?.id)).toContainText('Afterwards');
  await expect(row(page, second?.id).locator('[data-main]')).toHaveCount(0);
  expect(await count('Waiting')).toBe(waiting);
  await row(page, second?.id)
    .getByRole('link', { name: `Everything for ${name}` })
    .click();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Start' })).toBeVisible();
  await expect(page.getByRole('dialog').getByRole('button', { name: /undo/i })).toHaveCount(0);
  await page.goto(`/jakarta/bookings/${second?.id}`);
  await expect(page.getByText('one of its treatments was changed since. Undo that first.')).toBeVisible();
  await expect(page.getByRole('button', { name: /undo/i })).toHaveCount(0);

  await row(there, first?.id).getByRole('link', { name: 'Complete', exact: true }).click();
  await there.getByRole('dialog').getByRole('button', { name: 'Cash' }).click();
  await expect(row(there, second?.id)).toContainText('Waiting');
  await expect(row(there, second?.id).getByRole('button', { name: 'Start' })).toBeVisible();
  await Promise.all([page.context().close(), there.context().close()]);
});

test('an act on a whole visit is not undone past what was done to it on another day', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product);
  const [first, second] = await newVisit(page, 'Dua Hari', '2026-12-09T10:00:00+07:00', 'pending');
  await call(
    page.context(),
    'bookings.reschedule',
    { id: second?.id, startAt: '2026-12-10T10:00:00+07:00', override: { reason: 'Keluarga' } },
    { startAt: ['Date'] },
  );
  await call(page.context(), 'bookings.confirmVisit', { visitId: first?.visitId });
  const acts = async () => {
    await page.goto(`/jakarta?date=2026-12-09&booking=${first?.id}`);
    return page.getByRole('dialog').getByRole('button').allTextContents();
  };
  expect((await acts()).join()).toContain("Undo the visit's last act");
  await call(page.context(), 'bookings.pay', { id: second?.id, method: 'cash', amount: 1000 });
  expect((await acts()).join()).not.toContain('Undo');
  await page.context().close();
});

test('a visit that was asked for is confirmed whole or not at all, without script too', async ({
  browser,
  product,
}) => {
  for (const script of [true, false]) {
    const page = await desk(browser, product, { as: 'admin', script });
    const name = script ? 'Minta Sekaligus' : 'Minta Tanpa Skrip';
    const steps = await newVisit(page, name, '2026-12-08T10:00:00+07:00', 'pending');
    const ids = steps.map(({ id }) => id);
    const statuses = async () => {
      const found = await read<{ status: string }[]>(page.context(), 'bookings.findByVisit', {
        visitId: steps[0]?.visitId,
      });
      return found.map(({ status }) => status);
    };
    await page.goto('/jakarta/requests');
    const request = page.getByRole('listitem').filter({ hasText: name });
    await expect(request).toHaveCount(1);
    // The second one is another one by now: the first one is not confirmed alone.
    await call(page.context(), 'bookings.pay', { id: ids[1], method: 'cash', amount: 1000 });
    await request.getByRole('button', { name: 'Confirm' }).click();
    await expect(request.getByRole('alert')).toContainText('Admin Jakarta has just changed this');
    expect(await statuses()).toEqual(['pending', 'pending']);
    await request.getByRole('button', { name: 'Confirm' }).click();
    await expect(request).toHaveCount(0);
    expect(await statuses()).toEqual(['confirmed', 'confirmed']);
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await expect.poll(statuses).toEqual(['pending', 'pending']);
    await call(page.context(), 'bookings.cancelVisit', { visitId: steps[0]?.visitId });
    await page.context().close();
  }
});

test('a visit is booked, cancelled and undone as a whole without script', async ({ browser, product }) => {
  const page = await desk(browser, product, { as: 'staff', script: false });
  await almostVisited(page, 'Tanpa Skrip');
  await freeTimes(page).first().click();
  await page.getByRole('button', { name: 'Book, then send a message' }).click();
  await expect(page.getByLabel('Text of the confirmation')).toHaveValue(/Facial Acne [^]*Facial Express /);
  const visit = page.getByRole('region', { name: 'Visit of 2 treatments' });
  await visit.getByRole('button', { name: 'Confirm the whole visit' }).click();
  await expect(visit.getByText('Confirmed')).toHaveCount(2);
  await visit.getByRole('button', { name: 'Cancel the whole visit' }).click();
  await expect(visit.getByText('Cancelled')).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  // Without `exact` no text is found in a noscript element.
  await expect(page.getByText('Undone for the whole visit.', { exact: true })).toBeVisible();
  await expect(visit.getByText('Confirmed')).toHaveCount(2);

  await visit.getByRole('button', { name: 'Cancel the whole visit' }).click();
  await expect(visit.getByText('Cancelled')).toHaveCount(2);
  await page.goto('/jakarta?date=2026-12-07');
  const rows = page.getByRole('listitem').filter({ hasText: 'Tanpa Skrip' });
  await rows.first().getByRole('link', { name: 'Everything for Tanpa Skrip' }).click();
  await page.getByRole('dialog').getByRole('button', { name: "Undo the visit's last act" }).click();
  await expect(page.getByText('Tanpa Skrip: whole visit undone')).toBeVisible();
  await expect(rows.filter({ hasText: 'Confirmed' })).toHaveCount(2);
  await page.context().close();
});

test('the day of somebody who is ill is moved at once and taken back, without script too', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product, { as: 'staff', script: false });
  const context = page.context();
  const { items: treatments } = await read<Listed>(context, 'treatments.findByTenant', { limit: 50 });
  const facial = treatments.find(({ name }) => name === 'Facial Acne')!;
  const staffId = facial.assignedStaff[0]!;
  const book = async (name: string, time: string, more: object = {}) => {
    const { id: patientId } = await newPatient(page, name, { locale: 'en' });
    const startAt = `2026-12-15T${time}:00+07:00`;
    const input = { patientId, treatmentId: facial.id, staffId, startAt, source: 'online', ...more };
    await call(context, 'bookings.book', input, { startAt: ['Date'] });
  };
  await book('Satu Pindah', '14:00');
  await book('Dua Pindah', '15:30');
  await page.goto('/jakarta/calendar?date=2026-12-15');
  await page.locator(`a[href*="/staff/${staffId}/move?date=2026-12-15"]`).click();
  const instead = (name: string) => page.getByLabel(`Instead, for ${name}`);
  const proposed = await instead('Satu Pindah').inputValue();
  // Another desk gives away what is proposed before it is confirmed.
  const [other = '', at = ''] = proposed.split('@');
  const startAt = new Date(Number(at)).toISOString();
  await book('Orang Lain', '09:00', { staffId: other, startAt });
  await instead('Dua Pindah').selectOption('cancel');
  await page.getByRole('button', { name: 'Make these changes' }).click();
  await expect(page.getByText('Something else is proposed.')).toBeVisible();
  await expect(page.getByRole('alert').first()).toContainText('Nothing was changed.');
  await expect(instead('Dua Pindah')).toHaveValue('cancel');
  await expect(instead('Satu Pindah')).not.toHaveValue(proposed);
  await page.getByRole('button', { name: 'Make these changes' }).click();

  const told = page.getByRole('region', { name: 'Tell the patients' });
  await expect(told.getByRole('listitem').filter({ hasText: 'Dua Pindah' })).toContainText('Cancelled');
  await expect(page.getByRole('button', { name: 'Undo', exact: true }), 'one way back').toHaveCount(0);
  const href = await told.getByRole('link', { name: 'Write to Satu Pindah' }).getAttribute('href');
  expect(new URL(href ?? '').searchParams.get('text')).toContain('your appointment at Klinik Melati Jakarta');
  const scripted = await desk(browser, product, { as: 'staff' });
  await scripted.goto(page.url());
  await expectReadable(scripted, 'whom to tell after a day was moved');
  await told.getByRole('button', { name: 'Take all of it back' }).click();
  await expect(page.getByText('Every booking is where it was.', { exact: true })).toBeVisible();
  await expect(instead('Dua Pindah')).toBeVisible();
  await scripted.goto(page.url());
  await expectReadable(scripted, 'a day to be moved');
  await Promise.all([context.close(), scripted.context().close()]);
});

test('a receptionist reads why a time is not free, and cannot take it', async ({ browser, product }) => {
  const page = await desk(browser, product, { as: 'staff' });
  const address = await almostBooked(page, 'Dina Dilarang');
  await page.goto(`${address}&date=2026-11-25&time=03:00&over=1`);
  const why = page.getByRole('status').filter({ hasText: '03:00 is not free' });
  await expect(why).toContainText('The reason: the clinic is closed');
  await expect(page.getByRole('link', { name: /anyway$/ })).toHaveCount(0);
  await expect(page.getByLabel('Reason')).toHaveCount(0);
  await page.context().close();
});

for (const { language, colorScheme } of looks)
  test(`patients, and times that are not free, are readable by everyone, in ${language} and ${colorScheme}`, async ({
    browser,
    product,
  }) => {
    const page = await desk(browser, product, { language, colorScheme });
    const one = await newPatient(page, `Rani Rangkap ${language}`, { notes: 'Hamil' });
    const twin = await newPatient(page, `Rangkap Rani ${language}`, { email: 'rani@contoh.id' });
    await page.goto(`/jakarta/book?patient=${one.id}`);
    await page.goto((await page.getByRole('link', { name: /^Facial Acne/ }).getAttribute('href')) ?? '');
    const address = (await page.locator('nav a[href*="staff="]').nth(1).getAttribute('href')) ?? '';
    for (const path of [
      '/jakarta/patients?inactive=1',
      one.path,
      `${one.path}/merge`,
      `${one.path}/merge?with=${twin.id}`,
      `${address}&date=2026-11-25&time=03:00`,
      `${address}&date=2026-11-25&time=03:00&over=1`,
      `${address}&also=${new URL(address, product.url).searchParams.get('treatment')}.any&date=2026-11-25&time=03:00`,
    ]) {
      await page.goto(path);
      for (const more of await page.getByRole('main').locator('summary').all()) await more.click();
      await expectReadable(page, path);
    }
    await page.context().close();
  });
