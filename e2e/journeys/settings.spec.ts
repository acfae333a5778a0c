import type { Browser, Locator, Page } from 'playwright/test';
import { call, desk as signedInDesk, read } from '../desk.ts';
import { Product } from '../server.ts';
import {
  accessibilityProblems,
  expect,
  expectReadable,
  looks,
  open,
  speak,
  opening,
  png,
  productAt,
} from '../test.ts';

/** A product of its own: what these journeys set up, others would find changed. */
const test = productAt(opening);

interface Desk {
  who?: string;
  clinic?: 'jakarta' | 'bali';
  password?: string;
  language?: 'id' | 'en';
  width?: number;
  script?: boolean;
  colorScheme?: 'light' | 'dark';
}

/** Somebody who is signed in, in a browser of his own. */
async function desk(browser: Browser, product: Product, options: Desk = {}): Promise<Page> {
  const { clinic = 'jakarta', who = `admin@${clinic}.demo`, width = 1440, script = true, ...more } = options;
  const viewport = { width, height: width < 600 ? 780 : 900 };
  const still = { javaScriptEnabled: script, reducedMotion: 'reduce' } as const;
  return (await signedInDesk(browser, product, { ...more, ...still, clinic, email: who, viewport })).page;
}

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const saved = (page: Page) => page.getByRole('status').getByText('Saved.');

/** Saves, and waits for the answer: what says "Saved." may still speak of the save before. */
async function save(page: Page, place: Locator) {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await place.getByRole('button', { name: 'Save' }).click();
  await answered;
}

test('a clinic sets itself up, and nothing reloads', async ({ browser, product }) => {
  const page = await desk(browser, product);
  // Before the script is there a form loads a page anew.
  await open(page, '/jakarta');
  await page.getByRole('banner').locator('summary').last().click();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.evaluate(() => document.body.setAttribute('data-same-page', ''));

  await page.getByLabel('Clinic name').fill('Klinik Melati Baru');
  const saving = part(page, 'Clinic').getByRole('button', { name: 'Save' });
  await saving.click();
  await expect(saved(page)).toBeVisible();
  await expect(page.getByRole('banner')).toContainText('Klinik Melati Baru');
  await expect(saving, 'nothing begins anew').toBeFocused();
  await expect(page.getByLabel('Time zone')).toBeDisabled();

  const hours = part(page, 'Opening hours');
  await hours.getByRole('button', { name: 'Add a break: Monday' }).click();
  await page.getByLabel('Monday 2, from').fill('11');
  await hours.getByRole('button', { name: 'Save' }).click();
  await expect(hours.getByText('These hours run into other ones.')).toBeVisible();
  await expect(page.getByLabel('Monday 2, from')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Monday, from'), 'the first that is wrong').toBeFocused();
  await page.getByLabel('Monday 2, from').fill('1430');
  await page.getByRole('checkbox', { name: 'Sunday' }).uncheck();
  await save(page, hours);
  await expect(hours.getByText('These hours run into other ones.')).toBeHidden();
  await expect(page.locator('[data-same-page]')).toHaveCount(1);
  await page.reload({ waitUntil: 'networkidle' });
  await expect(page.getByLabel('Monday 2, from')).toHaveValue('14:30');
  await expect(page.getByRole('checkbox', { name: 'Sunday' })).not.toBeChecked();

  const online = part(page, 'Public booking page');
  await expect(online.getByRole('checkbox')).toBeChecked();
  await online.getByLabel('Phone for patients').fill('12');
  await online.getByLabel('Where the clinic is').fill('Jl. Baru 3\nJakarta');
  await online.getByRole('button', { name: 'Save' }).click();
  await expect(online.getByLabel('Phone for patients')).toHaveAttribute('aria-invalid', 'true');
  await expect(online.getByLabel('Phone for patients')).toBeFocused();
  await online.getByLabel('Phone for patients').fill('0812 9876 5400');
  await save(page, online);
  await expect(saved(page)).toBeVisible();
  await page.reload({ waitUntil: 'networkidle' });
  await expect(online.getByRole('checkbox')).toBeChecked();
  await expect(online.getByLabel('Phone for patients')).toHaveValue('0812-9876-5400');
  await expect(online.getByLabel('Where the clinic is')).toHaveValue('Jl. Baru 3\nJakarta');

  await page.getByRole('link', { name: 'Colours and logo' }).click();
  await page.getByRole('textbox', { name: 'Primary colour', exact: true }).fill('#ffff00');
  await expect(page.getByText('A preview, on this whole page.')).toBeVisible();
  await page
    .getByRole('region', { name: /^Colours/ })
    .getByRole('button', { name: 'Save' })
    .click();
  await expect(page.locator('link[href^="/theme/ffff00-"]').first()).toBeAttached();
  expect(await accessibilityProblems(page), 'a yellow clinic').toEqual([]);

  const logo = part(page, 'Logo');
  const file = logo.getByLabel('Picture');
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  await file.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: svg });
  await logo.getByRole('button', { name: 'Upload' }).click();
  await expect(logo.getByText('Choose a PNG, JPEG or WebP picture')).toBeVisible();
  await file.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.alloc(600 * 1024) });
  const refused = page.waitForResponse((response) => response.request().method() === 'POST');
  await logo.getByRole('button', { name: 'Upload' }).click();
  await refused;
  await expect(logo.getByText('Choose a PNG, JPEG or WebP picture')).toBeVisible();
  await file.setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: png });
  await logo.getByRole('button', { name: 'Upload' }).click();
  await expect(page.getByText('The logo is saved.')).toBeVisible();
  const shown = logo.getByRole('img', { name: 'Logo' });
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(2);
  const address = await shown.getAttribute('src');
  await expect(page.getByRole('banner').locator('img')).toHaveAttribute('src', address!);
  const stranger = await fetch(product.url + address);
  expect(Object.fromEntries(stranger.headers)).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  const headers = { 'if-none-match': stranger.headers.get('etag')! };
  expect((await fetch(product.url + address, { headers })).status).toBe(304);
  expect((await fetch(product.url + address!.replace('jakarta', 'bali'))).status).toBe(404);

  const plain = await desk(browser, product, { script: false });
  await plain.goto('/jakarta/settings/theme');
  await part(plain, 'Logo').getByRole('button', { name: 'Take the logo away' }).click();
  await expect(part(plain, 'Logo').getByText('No logo:')).toBeVisible();
  await plain.getByRole('button', { name: 'Undo' }).click();
  await expect(part(plain, 'Logo').getByRole('img')).toHaveAttribute('src', address!);
  await part(plain, 'Logo')
    .getByLabel('Picture')
    .setInputFiles({ name: 'x', mimeType: 'image/png', buffer: svg });
  await part(plain, 'Logo').getByRole('button', { name: 'Upload' }).click();
  await expect(plain.getByText('Choose a PNG, JPEG or WebP picture')).toBeVisible();
  await plain.context().close();
  await page.context().close();
});

/** Two pixels, of which the second is nothing. */
const inks = {
  white: 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAQAAABeK7cBAAAADUlEQVR4nGP4/5+BAQAG/gH/9YJV5QAAAABJRU5ErkJggg==',
  black: 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAQAAABeK7cBAAAADUlEQVR4nGNg+M/AAAADAgEAmZs7lAAAAABJRU5ErkJggg==',
};

test('a white logo and a black one have a ground to be seen on, in light and in dark', async ({
  browser,
  product,
}) => {
  const page = await desk(browser, product, { clinic: 'bali' });
  const logo = part(page, 'Logo');
  const mark = page.getByRole('banner').locator('img');
  const ground = () => mark.evaluate((image) => getComputedStyle(image).backgroundColor);
  for (const [ink, inLight, inDark] of [
    ['white', 'rgb(68, 64, 60)', 'rgb(68, 64, 60)'],
    ['black', 'rgba(0, 0, 0, 0)', 'rgb(255, 255, 255)'],
  ] as const) {
    await page.goto('/bali/settings/theme');
    const buffer = Buffer.from(inks[ink], 'base64');
    await logo.getByLabel('Picture').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer });
    await logo.getByRole('button', { name: 'Upload' }).click();
    await expect(page.getByText('The logo is saved.').last()).toBeVisible();
    await expect.poll(ground, `${ink} in light`).toBe(inLight);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(ground, `${ink} in dark`).toBe(inDark);
    await page.emulateMedia({ colorScheme: 'light' });
  }
  await logo.getByRole('button', { name: 'Take the logo away' }).click();
  await expect(mark).toHaveCount(0);
  await page.context().close();
});

test('two who change the same setting see what the other one wrote', async ({ browser, product }) => {
  const page = await desk(browser, product, { clinic: 'bali' });
  const other = await desk(browser, product, { clinic: 'bali', script: false });
  await Promise.all([page.goto('/bali/settings'), other.goto('/bali/settings')]);
  await other.getByLabel('Times are offered every').selectOption('30');
  await part(other, 'Booking rules').getByRole('button', { name: 'Save' }).click();
  await expect(other.getByText(/^Saved/)).toBeVisible();

  await page.getByLabel('Furthest online booking, in days').fill('45');
  await page.getByLabel('Patients cancel or move until').selectOption('120');
  await part(page, 'Booking rules').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/Admin Bali changed this on/)).toBeVisible();
  await expect(part(page, 'Booking rules')).toContainText('30 mins');
  await expect(page.getByLabel('Furthest online booking, in days')).toHaveValue('45');
  await part(page, 'Booking rules').getByRole('button', { name: 'Save mine all the same' }).click();
  await expect(saved(page)).toBeVisible();
  await other.reload();
  await expect(other.getByLabel('Patients cancel or move until')).toHaveValue('120');
  await Promise.all([page.context().close(), other.context().close()]);
});

test('users come, change and go without script, and the log tells of it', async ({ browser, product }) => {
  const page = await desk(browser, product, { script: false });
  const password = 'melati putih di taman';
  await page.goto('/jakarta/settings/users');
  await page.getByRole('link', { name: 'Add a user' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Rina Baru');
  await page.getByLabel('Email').fill('staff@jakarta.demo');
  await page.getByLabel('First password').fill(password);
  await page.getByRole('button', { name: 'Add a user' }).click();
  await expect(page.getByText('This email address is in use already.')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Rina Baru');
  await page.getByLabel('Email').fill('rina@jakarta.demo');
  await page.getByLabel('First password').fill(password);
  await page.getByRole('button', { name: 'Add a user' }).click();
  await page.getByRole('link', { name: /Rina Baru/ }).click();
  await page.getByRole('combobox', { name: 'Role' }).selectOption('admin');
  await page.getByRole('button', { name: 'Change the role' }).click();
  await expect(page.getByText(/^The user is saved/)).toBeVisible();

  const rina = await desk(browser, product, { who: 'rina@jakarta.demo', password });
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.getByText('This user is deactivated')).toBeVisible();
  await rina.goto('/jakarta/settings');
  await expect(rina, 'signed out at once').toHaveURL(/\/login/);

  await page.goto('/jakarta/settings/users');
  await page.getByRole('link', { name: /Admin Jakarta/ }).click();
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await expect(
    page.getByText('This is the last administrator who can sign in. Name another one first.'),
  ).toBeVisible();

  await page.goto('/jakarta/settings/audit');
  await page.getByLabel('What', { exact: true }).selectOption('users.changeRole');
  await page.getByLabel('Who', { exact: true }).selectOption('Admin Jakarta');
  await page.getByRole('button', { name: 'Find' }).click();
  const line = page.getByRole('main').getByRole('listitem');
  await expect(line).toHaveCount(1);
  await expect(line).toContainText(/Changed a role\s*·\s*Rina Baru/);
  await expect(line).toContainText(/Front desk\s*to\s*Administrator/);
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(page.getByText(/^The log is whole/)).toBeVisible();
  await page.getByLabel('From', { exact: true }).fill('2026-11-01');
  await page.getByLabel('Until', { exact: true }).fill('2026-11-02');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page.getByText('Nothing was done like this')).toBeVisible();
  await Promise.all([page.context().close(), rina.context().close()]);
});

test('a program gets a token, and a lost device is signed out', async ({ browser, product }) => {
  const page = await desk(browser, product, { script: false });
  await page.goto('/jakarta/settings');
  await page.getByRole('link', { name: 'API tokens' }).click();
  await page.getByLabel('What it is for').fill('Nightly export');
  await page.getByRole('button', { name: 'Make a token' }).click();
  await expect(page.getByText('Choose at least one thing that it may do.')).toBeVisible();
  const first = page.getByRole('group', { name: 'What it may do' }).getByRole('combobox').first();
  await expect(first).toBeFocused();
  await expect(first).toHaveAccessibleDescription('Choose at least one thing that it may do.');
  await expect(page.getByLabel('What it is for')).toHaveValue('Nightly export');
  await page.getByRole('combobox', { name: 'Patients' }).selectOption('read');
  await page.getByRole('combobox', { name: 'Bookings' }).selectOption('write');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const token = await page.getByLabel('The token “Nightly export”', { exact: true }).inputValue();
  const asked = async () => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${product.url}/api/jakarta/trpc/patients.findByTenant`, { headers })).status;
  };
  expect(await asked()).toBe(200);

  const staff = await desk(browser, product, { who: 'staff@jakarta.demo' });
  const admin = await desk(browser, product);
  await admin.goto('/jakarta/settings/tokens');
  await expect(admin.getByText(token)).toHaveCount(0);
  const line = admin.getByRole('main').getByRole('listitem');
  await expect(line).toContainText('Reads and changes: Bookings · Reads: Patients');
  await expect(line).toContainText(/Last used .*Made by Admin Jakarta/s);
  await line.getByText('Revoke', { exact: true }).click();
  await line.getByRole('button', { name: 'Revoke it now' }).click();
  await expect(admin.getByText('No program has a token')).toBeVisible();
  expect(await asked()).toBe(401);

  await admin.goto('/jakarta/settings/users');
  await admin.getByRole('link', { name: /staff@jakarta\.demo/ }).click();
  await part(admin, 'Where the person is signed in').getByRole('button').first().click();
  await expect(part(admin, 'Where the person is signed in')).toHaveCount(0);
  await staff.goto('/jakarta/patients');
  await expect(staff).toHaveURL(/\/login/);
  await Promise.all([page, admin, staff].map((one) => one.context().close()));
});

test('a patient is given an account, and books, moves and cancels what is his own', async ({
  browser,
  product,
}) => {
  const admin = await desk(browser, product);
  const at = admin.context();
  const { id } = await call<{ id: string }>(at, 'patients.register', {
    name: 'Maya Sari',
    phone: '0812-9999-0001',
  });
  const { items } = await read<{ items: { id: string }[] }>(at, 'treatments.findByTenant', { limit: 1 });
  const treatmentId = items[0]!.id;
  const search = { treatmentId, from: '2026-11-24', days: 4 };
  const days = await read<{ slots: { startAt: string }[] }[]>(at, 'availability.search', search);
  for (const startAt of [days[0]!.slots.at(-1)!.startAt, days[3]!.slots[0]!.startAt]) {
    const booking = {
      patientId: id,
      treatmentId,
      staffId: 'any',
      source: 'online',
      status: 'confirmed',
      startAt,
    };
    await call(at, 'bookings.book', booking, { startAt: ['Date'] });
  }
  await admin.goto(`/jakarta/patients/${id}`);
  await expect(part(admin, 'History')).toContainText('Nothing before today');
  await admin.getByRole('main').locator('summary').filter({ hasText: 'More' }).click();
  await admin.getByRole('link', { name: 'Give an account' }).click();
  await admin.getByLabel('Email').fill('maya@contoh.id');
  await admin.getByRole('button', { name: 'Give an account' }).click();
  const link = await admin.getByLabel('Link for Maya Sari').inputValue();

  const context = await browser.newContext({ baseURL: product.url, viewport: { width: 360, height: 780 } });
  await speak(context, product.url, 'en');
  const password = 'melati putih di taman';
  await call(context, 'auth.choosePassword', { token: link.split('/').at(-1), password });
  await call(context, 'auth.login', { email: 'maya@contoh.id', password });
  const page = await context.newPage();
  await page.goto('/jakarta/patients');
  await expect(page).toHaveURL(/\/jakarta\/mine$/);
  await expect(part(page, 'Your next appointment')).toContainText(
    'It is too late to move or cancel this here.',
  );
  await expectReadable(page, "a patient's own page");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const later = part(page, 'Later').locator(':scope > ul > li');
  await later.getByRole('link', { name: 'Move it' }).click();
  await page.locator('#times li a').nth(2).click();
  await page.getByRole('button', { name: 'Move it to this time' }).click();
  await expect(page.getByText('Your booking is moved to')).toBeVisible();
  await expect(later).toHaveCount(1);

  await page.getByRole('link', { name: 'Book an appointment' }).click();
  const offered = page.getByRole('region', { name: 'Treatment' }).locator('section li a');
  await offered.first().click();
  await page.getByRole('link', { name: 'Add another treatment' }).click();
  await offered.nth(1).click();
  await page.locator('#times li a').nth(2).click();
  await page.getByLabel('A note for the clinic').fill('Kulit sensitif');
  await page.getByRole('button', { name: /^Change ?: Time/ }).click();
  await page.locator('#times section li a').first().click();
  await expect(page.getByLabel('A note for the clinic')).toHaveValue('Kulit sensitif');
  await page.getByRole('button', { name: 'Book this time' }).click();
  await expect(page.getByText('Your time is held')).toBeVisible();
  const made = later.filter({ hasText: 'Pending' });
  await expect(made.getByRole('listitem')).toHaveCount(2);
  const file = await made.getByRole('link', { name: 'Add to my calendar' }).getAttribute('href');
  expect((await (await context.request.get(file ?? '')).text()).match(/BEGIN:VEVENT/g)).toHaveLength(2);
  await made.getByRole('link', { name: 'Move it' }).click();
  await page.getByRole('link', { name: 'Anyone' }).click();
  await page.locator('#times section li a').last().click();
  await page.getByRole('button', { name: 'Move it to this time' }).click();
  await expect(page.getByText('Your booking is moved to')).toBeVisible();
  await made.getByText('Cancel this booking').click();
  await made.getByRole('button', { name: 'Yes, cancel it' }).click();
  await expect(page.getByText('The booking is cancelled.')).toBeVisible();
  await expect(later.filter({ hasText: 'Cancelled' }).getByRole('listitem')).toHaveCount(2);

  await admin.goto(`/jakarta/patients/${id}`);
  await admin.getByRole('main').locator('summary').filter({ hasText: 'More' }).click();
  await expect(admin.getByRole('link', { name: 'Give an account' })).toHaveCount(0);
  await admin.getByRole('link', { name: 'maya@contoh.id' }).last().click();
  const whose = part(admin, 'Whose account it is');
  await whose.getByRole('button', { name: 'Take it away' }).click();
  await whose.getByRole('searchbox').fill('Maya Sari');
  await whose.getByRole('searchbox').press('Enter');
  await whose.getByRole('button', { name: /^Connect/ }).click();
  await expect(whose.getByRole('link', { name: 'Maya Sari' })).toBeVisible();
  await page.getByRole('banner').locator('summary').click();
  await page.getByRole('link', { name: 'My account' }).click();
  await expect(page).toHaveURL(/\/jakarta\/mine\/account$/);
  await expect(page.getByRole('link', { name: 'Patients' }), 'nothing of the front desk').toHaveCount(0);
  await expectReadable(page, "a patient's account");
  const another = 'teh tawar tanpa gula';
  await page.getByLabel('Current password').fill(password);
  await page.getByLabel('New password', { exact: true }).fill(another);
  await page.getByLabel('New password again').fill(another);
  await page.getByRole('button', { name: 'Save the password' }).click();
  await expect(page.getByText('Your password is changed')).toBeVisible();
  await page.goto('/jakarta/account');
  await expect(page).toHaveURL(/\/jakarta\/mine\/account$/);
  await Promise.all([at.close(), context.close()]);
});

const pages = ['', '/theme', '/users', '/users/new', '/tokens', '/audit'].map(
  (path) => `/bali/settings${path}`,
);

test('the front desk sees no link to the settings and is refused in words', async ({ browser, product }) => {
  const page = await desk(browser, product, { clinic: 'bali', who: 'staff@bali.demo' });
  await page.goto('/bali');
  await page.getByRole('banner').locator('summary').last().click();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Settings' })).toHaveCount(0);
  for (const path of pages) {
    expect((await page.goto(path))?.status(), path).toBe(403);
    await expect(page.getByText('You are not allowed to see this.')).toBeVisible();
  }
  await page.getByRole('link', { name: "To today's board" }).click();
  await expect(page).toHaveURL(/\/bali$/);
  await page.context().close();
});

for (const { language, colorScheme } of looks)
  test(`the settings are readable by everyone and fit a phone, in ${language} and ${colorScheme}`, async ({
    browser,
    product,
  }) => {
    const page = await desk(browser, product, { clinic: 'bali', language, colorScheme });
    await page.goto('/bali/settings/users');
    const user = await page.getByRole('main').locator('li a').first().getAttribute('href');
    for (const path of [...pages, user ?? '']) {
      await page.goto(path);
      await expectReadable(page, path);
    }
    await page.setViewportSize({ width: 360, height: 780 });
    await page.goto('/bali/settings/audit');
    const on = page.getByRole('main').locator('nav a[aria-current=page]');
    await expect(on, 'the tab that one is on is in sight').toBeInViewport({ ratio: 0.9 });
    await page.context().close();
  });
