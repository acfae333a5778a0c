import type { Browser, Page } from 'playwright/test';
import { call, desk as signedInDesk, signIn } from '../desk.ts';
import { Product } from '../server.ts';
import { accessibilityProblems, expect, expectReadable, listen, looks, open, test } from '../test.ts';

type Language = 'id' | 'en';
interface Desk {
  language?: Language;
  script?: boolean;
  colorScheme?: 'light' | 'dark';
}

/** A signed-in desk: a browser of its own. */
async function desk(browser: Browser, product: Product, options: Desk = {}): Promise<Page> {
  const { script = true, ...more } = options;
  const still = { javaScriptEnabled: script, reducedMotion: 'reduce' } as const;
  return (await signedInDesk(browser, product, { ...more, ...still })).page;
}

let numbers = 0;
/** A phone number that nobody has yet. */
const newPhone = () => `0811-77${test.info().workerIndex}0-${String(1000 + ++numbers)}`;

/** Fills the form for a new patient that is in sight. */
async function fillPatient(page: Page, patient: { name: string; phone: string; notes?: string }) {
  const form = page.locator('form').filter({ has: page.locator('input[name=phone]') });
  await form.locator('input[name=name]').fill(patient.name);
  await form.locator('input[name=phone]').fill(patient.phone);
  await form.locator('textarea[name=notes]').fill(patient.notes ?? '');
  await form.locator('button:not([type=button])').click();
}

const freeTimes = (page: Page) => page.getByRole('group', { name: 'Free times' }).getByRole('link');
const clock = async (page: Page, index: number) =>
  (await freeTimes(page).nth(index).innerText()).match(/\d\d:\d\d/)?.[0] ?? '';

test('who telephones is offered what begins from now on, and who stands at the desk now', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product);
  const admin = await browser.newContext({ baseURL: product.url });
  await call(admin, 'auth.login', { email: 'admin@jakarta.demo', password: product.demoPassword });
  const workingHours = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day} 09:00-21:00`);
  const { id: staffId } = await call<{ id: string }>(admin, 'staff.add', {
    ...{ name: 'Nadia Luang', role: 'Terapis', skills: [], workingHours },
  });
  await call(admin, 'treatments.add', {
    ...{ name: 'Telepon', category: 'Facial', durationMin: 30, price: 1000, assignedStaff: [staffId] },
  });
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  await page.goto('/jakarta');
  const now = minutes(/\d\d:\d\d(?= WIB)/.exec(await page.getByRole('main').innerText())?.[0] ?? '');
  await page.goto('/jakarta/book?register=1');
  await fillPatient(page, { name: 'Lewat Telepon', phone: newPhone() });
  await page.getByRole('link', { name: 'Telepon' }).click();
  await expect(freeTimes(page).first()).toBeVisible();
  const first = minutes(await clock(page, 0));
  expect(first).toBeGreaterThanOrEqual(now);
  expect(first, 'and the very next').toBeLessThanOrEqual(now + 16);
  await page.goto(page.url().replace('/book?', '/walk-in?'));
  await expect(page.getByRole('main')).toContainText(/Expected.*now/is);
  await Promise.all([page.context().close(), admin.close()]);
});

/** Goes to the last question of a booking for somebody new, at the first free time. */
async function almostBooked(page: Page, name: string) {
  await page.goto('/jakarta/book?register=1');
  await fillPatient(page, { name, phone: newPhone() });
  await page.getByRole('link', { name: 'Facial Acne' }).click();
  await expect(freeTimes(page).first()).toBeVisible();
}

test('a receptionist registers a patient, books a facial with anybody for today and sees it on the board', async ({
  page,
  language,
  product,
}) => {
  await language('en');
  await signIn(page.context(), 'staff@jakarta.demo', product.demoPassword);
  await page.goto('/jakarta/patients');
  await page.getByRole('main').getByRole('link', { name: 'Register a new patient' }).click();
  await fillPatient(page, { name: 'Melinda Prasetyo', phone: newPhone(), notes: 'Alergi lidokain' });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Melinda Prasetyo');
  await expect(page.getByRole('main').getByText('Alergi lidokain')).toBeVisible();

  await page.getByRole('main').getByRole('link', { name: 'Book', exact: true }).click();
  await expect(page.getByRole('main').getByText('Alergi lidokain')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Find a treatment' }).fill('acne');
  await page.getByRole('link', { name: /^Facial Acne/ }).click();
  const time = await clock(page, 0);
  await freeTimes(page).first().click();
  await page.getByLabel('The patient has confirmed').check();
  await page.getByRole('button', { name: `Book today ${time}` }).click();
  await expect(page).toHaveURL(/\/jakarta$/);
  await expect(page.getByText(`Booked for ${time} with`).first()).toBeVisible();
  await expect(page.getByRole('main').getByText('Melinda Prasetyo').first()).toBeVisible();
});

test('a phone number that is taken says whose it is, and that patient can be used', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product);
  const phone = newPhone();
  await page.goto('/jakarta/patients/new');
  await fillPatient(page, { name: 'Ratih Kencana', phone });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ratih Kencana');
  await page.goto('/jakarta/book?register=1');
  await fillPatient(page, { name: 'Ratih K.', phone: phone.replaceAll('-', ' ') });
  await expect(page.getByText('This number already belongs to Ratih Kencana.')).toBeVisible();
  await expect(page.locator('input[name=name]')).toHaveValue('Ratih K.');
  await page.getByRole('link', { name: 'Use this patient' }).click();
  await expect(page).toHaveURL(/patient=/);
  await expect(page.getByRole('main').getByText('Ratih Kencana')).toBeVisible();
  await page.context().close();
});

test('walk-ins get one number after the other, and one key goes on to the next', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product);
  const complaints = listen(page);
  const got: number[] = [];
  for (const name of ['Dimas Walk', 'Putri Walk']) {
    await page.goto('/jakarta/walk-in?register=1');
    await fillPatient(page, { name, phone: newPhone() });
    await page.getByRole('link', { name: 'Facial Express' }).click();
    await expect(page.getByText('Expected at')).toBeVisible();
    await page.getByRole('button', { name: 'Add to the queue' }).click();
    const ticket = page.getByRole('article');
    await expect(ticket).toContainText(name);
    got.push(Number((await ticket.innerText()).match(/number\s+(\d+)/i)?.[1]));
    await expect(page.getByRole('link', { name: 'Next walk-in' })).toBeFocused();
  }
  expect(got[1]).toBe((got[0] ?? 0) + 1);
  const paper = await page.context().newPage();
  await paper.goto(page.url());
  await paper.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const inks = await paper
    .getByRole('article')
    .locator('p:visible')
    .evaluateAll((lines) => [...new Set(lines.map((line) => getComputedStyle(line).color))]);
  expect(inks, 'the roll of a till knows black only').toEqual(['rgb(0, 0, 0)']);
  await paper.close();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/walk-in$/);
  await expect(page.getByRole('main').getByRole('combobox', { name: 'Find a patient' })).toBeFocused();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a booking moves to another time, and back when that is undone', async ({ browser, product }) => {
  const page = await desk(browser, product);
  await almostBooked(page, 'Sinta Pindah');
  const before = await clock(page, 0);
  await freeTimes(page).first().click();
  await page.getByRole('button', { name: /^Book today/ }).click();
  await expect(page).toHaveURL(/\/jakarta$/);
  await page.goto('/jakarta/patients?q=Sinta+Pindah');
  await page
    .getByRole('main')
    .getByRole('link', { name: /Sinta Pindah/ })
    .click();
  await page
    .getByRole('main')
    .getByRole('link', { name: /Facial Acne/ })
    .click();
  const heading = page.getByRole('main').locator('header').first();
  await expect(heading).toContainText(`${before}–`);
  await page.getByRole('link', { name: 'Reschedule' }).click();
  const own = freeTimes(page).filter({ hasText: before });
  await expect(own).toContainText('now');
  await page.getByRole('link', { name: 'Anyone' }).click();
  await expect(page).toHaveURL(/staff=any/);
  await page
    .getByRole('link', { name: /^Tomorrow/ })
    .last()
    .click();
  await expect(page.getByRole('heading', { name: /^Tomorrow/ })).toBeVisible();
  const after = await clock(page, 1);
  await freeTimes(page).nth(1).click();
  await page.getByRole('button', { name: `Move to tomorrow ${after}` }).click();
  await expect(page.getByText(/^Moved to/).first()).toBeVisible();
  await expect(heading).toContainText(`${after}–`);
  await page.getByRole('button', { name: 'Undo the last act' }).click();
  await expect(heading).toContainText(`${before}–`);
  await page.context().close();
});

test('a time that another desk takes meanwhile is explained, and nothing typed is lost', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product);
  await almostBooked(page, 'Nadia Terlambat');
  const person = page.getByRole('navigation', { name: 'With whom' }).getByRole('link').nth(1);
  await person.click();
  await expect(page).toHaveURL(/staff=[0-9a-f]{24}/);
  const day = page.getByRole('link', { name: /: \d\d free times/ }).last();
  await day.click();
  await expect(day).toHaveAttribute('aria-current', 'date');
  const time = await clock(page, 0);
  await freeTimes(page).first().click();
  await page.getByLabel('Note on this booking').fill('By the window');
  await page.getByLabel('The patient has confirmed').check();

  const other = await desk(browser, product);
  await other.goto(page.url());
  await other.getByRole('button', { name: /^Book / }).click();
  await expect(other.getByText(/Booked for/).first()).toBeVisible();

  await page.getByRole('button', { name: /^Book / }).click();
  await expect(page.getByRole('alert')).toContainText(`${time} is no longer possible`);
  await expect(freeTimes(page).filter({ hasText: time })).toHaveCount(0);
  await freeTimes(page).first().click();
  await expect(page.getByLabel('Note on this booking')).toHaveValue('By the window');
  await expect(page.getByLabel('The patient has confirmed')).toBeChecked();
  await page.getByRole('button', { name: /^Book / }).click();
  await expect(page.getByText(/Booked for/).first()).toBeVisible();
  await Promise.all([page.context().close(), other.context().close()]);
});

test('two desks that change the same patient do not overwrite each other unseen', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product);
  await page.goto('/jakarta/patients/new');
  await fillPatient(page, { name: 'Gita Ganda', phone: newPhone() });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Gita Ganda');
  await page.getByRole('link', { name: 'Edit the record' }).click();
  const other = await desk(browser, product);
  await other.goto(page.url());
  await other.getByLabel('Allergies and notes').fill('Kulit sensitif');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByRole('main').getByText('Kulit sensitif')).toBeVisible();
  await page.getByLabel('Allergies and notes').fill('Alergi penisilin');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/changed this on .*, after you opened it/)).toBeVisible();
  await expect(page.getByLabel('Allergies and notes')).toHaveValue('Alergi penisilin');
  await expect(page.getByRole('main').getByText('Kulit sensitif').first()).toBeVisible();
  await page.getByRole('button', { name: 'Save what I typed' }).click();
  await expect(page.getByRole('main').getByText('Alergi penisilin')).toBeVisible();
  await Promise.all([page.context().close(), other.context().close()]);
});

test('all of it works without script', async ({ browser, product }) => {
  const page = await desk(browser, product, { script: false });
  const phone = newPhone();
  await page.goto('/jakarta/book');
  await page.getByRole('main').getByRole('combobox').fill('Tanpa Skrip');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await expect(page.getByText('Nothing matches “Tanpa Skrip”.').last()).toBeVisible();
  await page.getByRole('link', { name: 'Register a new patient' }).click();
  await fillPatient(page, { name: 'Tanpa Skrip', phone, notes: 'Hamil' });
  await expect(page.getByRole('main').getByText('Hamil')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Find a treatment' }).fill('acne');
  await page.getByRole('searchbox', { name: 'Find a treatment' }).press('Enter');
  await page.getByRole('link', { name: /^Facial Acne/ }).click();
  const time = await clock(page, 0);
  await freeTimes(page).first().click();
  await page.getByLabel('Note on this booking').fill('Tolong tepat waktu');
  await page.getByRole('button', { name: `Book today ${time}` }).click();
  await expect(page.getByText(`Booked for ${time} with`).first()).toBeVisible();

  await page.goto('/jakarta/patients?q=Tanpa+Skrip');
  await page
    .getByRole('main')
    .getByRole('link', { name: /Tanpa Skrip/ })
    .click();
  await page
    .getByRole('main')
    .getByRole('link', { name: /Facial Acne/ })
    .click();
  await expect(page.getByText('Tolong tepat waktu')).toBeVisible();
  await page.getByRole('link', { name: 'Reschedule' }).click();
  // Whoever had a free time first may have no other one today.
  await page.getByRole('navigation', { name: 'With whom' }).getByRole('link', { name: 'Anyone' }).click();
  await expect(page).toHaveURL(/staff=any/);
  const later = await clock(page, 1);
  await freeTimes(page).nth(1).click();
  await page.getByRole('button', { name: `Move to today ${later}` }).click();
  await expect(page.getByText(/^Moved to/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText(/^The booking is confirmed/)).toBeVisible();
  await page.getByRole('button', { name: 'QRIS' }).first().click();
  await expect(page.getByText(/^Completed and paid\.$/)).toBeVisible();

  await page.goto('/jakarta/walk-in?register=1');
  await fillPatient(page, { name: 'Orang Lain', phone });
  await expect(page.getByText('This number already belongs to Tanpa Skrip.')).toBeVisible();
  await page.getByRole('link', { name: 'Use this patient' }).click();
  await page.getByRole('link', { name: 'Facial Express' }).click();
  await page.getByRole('button', { name: 'Add to the queue' }).click();
  await expect(page.getByRole('article')).toContainText('Tanpa Skrip');
  await page.context().close();
});

test('a booking is made, and a step taken back, with the keyboard alone', async ({ browser, product }) => {
  const page = await desk(browser, product);
  await open(page, '/jakarta');
  await page.keyboard.press('b');
  const find = page.getByRole('main').getByRole('combobox', { name: 'Find a patient' });
  await expect(find).toBeFocused();
  await page.keyboard.type('siti');
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const treatment = page.getByRole('searchbox', { name: 'Find a treatment' });
  await expect(treatment).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(find).toBeFocused();
  await page.keyboard.type('siti');
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(treatment).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(treatment, 'nothing was asked for').toBeFocused();
  await page.keyboard.type('hydra');
  await page.keyboard.press('Enter');
  await expect(freeTimes(page).first()).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(freeTimes(page).nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Book / })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Booked for/).first()).toBeVisible();
  await page.context().close();
});

/** Every page of a booking, in the state in which it has most to show. */
async function pagesOf(page: Page): Promise<string[]> {
  await page.goto('/jakarta/patients?q=a');
  const patient = await page.getByRole('main').locator('li a').first().getAttribute('href');
  const id = patient?.split('/').at(-1) ?? '';
  await page.goto(`/jakarta/book?patient=${id}`);
  const treatment = await page.getByRole('link', { name: /^Facial Acne/ }).getAttribute('href');
  await page.goto(treatment ?? '');
  const time = await page.locator('a[data-first]').getAttribute('href');
  await page.goto(patient ?? '');
  const booking = await page.getByRole('main').locator('li a').first().getAttribute('href');
  return [
    '/jakarta/patients',
    '/jakarta/patients?q=nobody-here',
    '/jakarta/patients/new',
    patient ?? '',
    `${patient}?edit=1`,
    '/jakarta/book',
    '/jakarta/book?register=1',
    '/jakarta/book?q=ayu',
    `/jakarta/book?patient=${id}`,
    treatment ?? '',
    time ?? '',
    '/jakarta/walk-in',
    (treatment ?? '').replace('/book?', '/walk-in?'),
    booking ?? '',
    `${booking}?move=1`,
  ];
}

for (const { language, colorScheme } of looks)
  test(`the booking pages are readable by everyone, in ${language} and ${colorScheme}`, async ({
    browser,
    product,
  }) => {
    const page = await desk(browser, product, { language, colorScheme });
    // From a board whose script is there: what is typed before is not searched.
    await open(page, '/jakarta');
    await page.keyboard.press('b');
    await expect(page.getByRole('main').getByRole('combobox').first()).toBeFocused();
    await page.keyboard.type('a');
    await expect(page.getByRole('main').getByRole('option').nth(5)).toBeVisible();
    expect(await accessibilityProblems(page), 'an open list that scrolls').toEqual([]);
    for (const path of await pagesOf(page)) {
      await page.goto(path);
      await expectReadable(page, path);
    }
    await page.context().close();
  });
