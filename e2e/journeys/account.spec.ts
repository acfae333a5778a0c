import type { Browser, BrowserContext, Page } from 'playwright/test';
import { call } from '../desk.ts';
import type { Product } from '../server.ts';
import { accessibilityProblems, expect, listen, looks, speak, test } from '../test.ts';

const chosen = 'kopi tubruk hangat';

/** A browser of its own: a phone without script unless said otherwise. */
async function browserOf(
  browser: Browser,
  product: Product,
  options: { language?: 'id' | 'en'; script?: boolean; width?: number; colorScheme?: 'light' | 'dark' } = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const { language = 'en', script = false, width = 360, colorScheme = 'light' } = options;
  const viewport = { width, height: 780 };
  const context = await browser.newContext({
    baseURL: product.url,
    viewport,
    javaScriptEnabled: script,
    colorScheme,
  });
  await speak(context, product.url, language);
  return { context, page: await context.newPage() };
}

async function ask({ request }: BrowserContext, { url }: Product, path: string, json: object) {
  const response = await request.post(`${url}/api/jakarta/trpc/${path}`, { data: { json } });
  return ((await response.json()) as { result: { data: { json: unknown } } }).result.data.json;
}

const signInAdmin = (context: BrowserContext, product: Product) =>
  ask(context, product, 'auth.login', { email: 'admin@jakarta.demo', password: product.demoPassword });

let invited = 0;

/** Somebody whom the clinic's administrator invites: the address to sign in with, and the link. */
async function invitation({ context }: { context: BrowserContext }, product: Product) {
  await signInAdmin(context, product);
  const email = `rani-${++invited}-${test.info().workerIndex}@jakarta.test`;
  const { link } = (await ask(context, product, 'users.invite', { email, name: 'Rani Wulandari', role: 'staff' })) as { link: { token: string } }; // prettier-ignore
  await context.clearCookies({ name: 'circe_jakarta' });
  return { email, path: `/jakarta/password/${link.token}` };
}

const fits = async (page: Page) =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

async function choose(page: Page, password: string, repeat = password) {
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=repeat]').fill(repeat);
  await page.locator('main form button').first().click();
}

test('somebody who was invited chooses a password on a phone, without script, and signs in with it', async ({
  browser,
  product,
}) => {
  const phone = await browserOf(browser, product);
  const { page } = phone;
  const { email, path } = await invitation(phone, product);
  await page.goto(path);
  await expect(page.getByRole('heading')).toHaveText('Welcome, Rani Wulandari');
  await fits(page);
  await choose(page, chosen, 'kopi tubruk dingin');
  await expect(page.getByText('The two passwords are not the same.')).toBeVisible();
  await choose(page, 'rani-wulandari-1');
  await expect(page.getByText('Use at least 10 characters, and not only')).toBeVisible();
  await choose(page, chosen);
  await expect(page).toHaveURL(/\/jakarta\/login$/);
  await expect(page.getByText('Your password is saved.')).toBeVisible();
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(chosen);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/jakarta$/);
  await page.goto(path);
  await expect(page.getByRole('heading')).toHaveText('This link does not work any more');
});

test('somebody sees where he is signed in, ends it there, and changes his password', async ({
  browser,
  product,
}) => {
  const [here, there] = [
    await browserOf(browser, product, { script: true, width: 1440 }),
    await browserOf(browser, product),
  ];
  const { email, path } = await invitation(here, product);
  const signIn = async (page: Page) => {
    await page.locator('input[type=email]').fill(email);
    await page.locator('input[type=password]').fill(chosen);
    await page.locator('input[type=password]').press('Enter');
  };
  await here.page.goto(path);
  await choose(here.page, chosen);
  const saved = here.page.getByText('Your password is saved.');
  await expect(saved).toBeVisible();
  await there.page.goto('/jakarta/login?back=/jakarta/account');
  await signIn(there.page);
  await expect(there.page).toHaveURL(/\/jakarta\/account$/);
  await signIn(here.page);
  await expect(here.page.getByRole('heading', { name: 'Today', level: 1 })).toBeVisible();
  await expect(saved, 'what was said is not said again').toHaveCount(0);
  await here.page.goto('/jakarta/account');
  await fits(there.page);
  const sessions = here.page.getByRole('region', { name: 'Where I am signed in' }).getByRole('listitem');
  await expect(sessions).toHaveCount(2);
  await expect(sessions.first()).toContainText('This browser');
  await here.page.getByRole('button', { name: 'End the session on' }).click();
  await expect(sessions).toHaveCount(1);
  await there.page.reload();
  await expect(there.page).toHaveURL(/\/jakarta\/login/);
  await here.page.locator('input[name=currentPassword]').fill('not what it is');
  await choose(here.page, 'teh manis sekali');
  await expect(here.page.getByText('This is not your current password.')).toBeVisible();
  await here.page.locator('input[name=currentPassword]').fill(chosen);
  await choose(here.page, 'teh manis sekali');
  await expect(here.page.getByText('Your password is changed.')).toBeVisible();
  await expect(here.page.locator('input[name=password]')).toHaveValue('');
});

test('an administrator invites by a link that is shown once, and makes another one, without script', async ({
  browser,
  product,
}) => {
  const [desk, phone] = [
    await browserOf(browser, product, { width: 1440 }),
    await browserOf(browser, product),
  ];
  await signInAdmin(desk.context, product);
  await desk.page.goto('/jakarta/settings/users/new');
  await desk.page.getByLabel('Name').fill('Sari Kusuma');
  await desk.page.getByLabel('Email').fill(`sari-${test.info().workerIndex}@jakarta.test`);
  await desk.page.getByRole('button', { name: 'Add a user' }).click();
  const first = await desk.page.getByLabel('Link for Sari Kusuma').inputValue();
  await phone.page.goto(first);
  await expect(phone.page.getByRole('heading')).toHaveText('Welcome, Sari Kusuma');
  await desk.page.goto('/jakarta/settings/users');
  await desk.page.getByRole('link', { name: 'Sari Kusuma' }).click();
  await expect(desk.page.getByText('Invited, no password yet'), 'as in the list').toBeVisible();
  await expect(desk.page.getByLabel('Link for')).toHaveCount(0);
  await desk.page.getByRole('button', { name: 'Make a link' }).click();
  const second = await desk.page.getByLabel('Link for Sari Kusuma').inputValue();
  await phone.page.goto(first);
  await expect(phone.page.getByRole('heading')).toHaveText('This link does not work any more');
  await phone.page.goto(second);
  await expect(phone.page.getByRole('heading')).toHaveText('Welcome, Sari Kusuma');
});

/** The staff member and the day and time of a link on the public page. */
const chosenBy = (page: Page) => new URL(page.url()).searchParams;

test('anybody books on a phone without script; of two for one time the second keeps what he typed', async ({
  browser,
  product,
}) => {
  const stranger = await browserOf(browser, product);
  const { page } = stranger;
  await stranger.context.clearCookies({ name: 'circe_locale' });
  await page.goto('/book/jakarta');
  await expect(page.locator('html')).toHaveAttribute('lang', 'id');
  await page.getByRole('button', { name: 'EN, English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await fits(page);
  await page.getByRole('link', { name: /Facial Express/ }).click();
  await page.getByRole('link', { name: 'Add another treatment' }).click();
  await page.getByRole('link', { name: /Lash Lift/ }).click();
  await expect(page.getByText('2 treatments')).toBeVisible();
  await page.getByRole('link', { name: 'Leave out Lash Lift' }).click();
  await page
    .getByRole('navigation', { name: /With whom/ })
    .getByRole('link')
    .nth(1)
    .click();
  await fits(page);
  await page.locator('a[href*="date=2026-11-27"][href$="#times"]').click();
  await page.locator('#times section li a').first().click();
  await page.getByLabel('Your name').fill('Rina Putri');
  await page.getByLabel('Your phone number').fill('12');
  await page.getByRole('button', { name: 'Book this time' }).click();
  await expect(page.getByText('This is not a phone number.')).toBeVisible();
  await page.getByLabel('Your phone number').fill('0813-7000-0001');
  await fits(page);

  await page.getByLabel('A note for the clinic').fill('Two lines\nof it');
  await page.getByRole('button', { name: /^Change ?: Time/ }).click();
  expect(page.url()).not.toMatch(/Rina|0813|lines/);
  await page.locator('a[href*="date=2026-11-28"][href$="#times"]').click();
  await page.locator('#times section li a').first().click();
  await expect(page.getByLabel('Your name')).toHaveValue('Rina Putri');
  await expect(page.getByLabel('Your phone number')).toHaveValue('0813-7000-0001');
  await expect(page.getByLabel('A note for the clinic')).toHaveValue('Two lines\nof it');
  // Whoever opens the page anew on the same tablet finds nothing of it.
  const anew = await stranger.context.newPage();
  await anew.goto(page.url().replace(/&kept=\w+/, ''));
  await expect(anew.getByLabel('Your name')).toHaveValue('');
  await anew.close();

  const asked = chosenBy(page);
  const steps = [{ treatmentId: asked.get('treatment'), staffId: asked.get('staff') }];
  const startAt = new Date(`${asked.get('date')}T${asked.get('time')}:00+07:00`).toISOString();
  const faster = { name: 'Somebody', phone: '0813-7000-0002', steps, startAt };
  await call(stranger.context, 'publicPage.book', faster, { startAt: ['Date'] });
  await page.getByRole('button', { name: 'Book this time' }).click();
  await expect(page.getByRole('alert')).toContainText('Somebody else was a moment faster');
  await expect(page.getByLabel('Your name')).toHaveValue('Rina Putri');
  await page.getByRole('radio').first().check();
  await page.getByRole('button', { name: 'Book this time' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Thank you, your time is held');
  await expect(page.getByRole('region', { name: 'What you have booked' })).toContainText('Facial Express');
  await fits(page);
  const file = await stranger.context.request.get('/book/jakarta/booked/calendar');
  expect(file.headers()['content-type']).toContain('text/calendar');
  expect(await file.text()).toContain('SUMMARY:Facial Express');

  const other = await browserOf(browser, product);
  await other.page.goto('/book/jakarta/booked');
  await expect(other.page).toHaveURL(/\/book\/jakarta$/);
  await other.page.goto('/book/bali');
  await expect(other.page.getByRole('heading', { level: 1 })).toHaveText('Please book with the clinic');
  expect((await other.context.request.get('/book/nowhere')).status()).toBe(404);
  await signInAdmin(other.context, product);
  await other.page.goto('/jakarta');
  await other.page.getByRole('link', { name: /To be confirmed/ }).click();
  const request = other.page.getByRole('listitem').filter({ hasText: 'Rina Putri' });
  const booking = await request.getByRole('link', { name: /Rina Putri/ }).getAttribute('href');
  await request.getByRole('button', { name: 'Confirm' }).click();
  await expect(request).toHaveCount(0);

  // Who booked moves it in the browser that booked it, and cancels it by the link of the clinic's message.
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your appointment');
  await page.getByRole('link', { name: 'Move it' }).click();
  await fits(page);
  await page.getByRole('link', { name: 'Anyone' }).click();
  await page.locator('a[href*="date=2026-11-30"][href$="#times"]').click();
  await page.locator('#times section li a').last().click();
  await page.getByRole('button', { name: 'Move it to this time' }).click();
  await expect(page.getByText('Your booking is moved to')).toBeVisible();
  await other.page.goto(booking ?? '');
  await other.page.getByRole('button', { name: 'Add a link to move or cancel' }).click();
  const text = other.page.getByLabel('Text of the confirmation');
  await expect(text).toHaveValue(/To move or cancel: http/);
  const link = /http\S+$/.exec(await text.inputValue())?.[0] ?? '';
  const answer = await other.context.request.get(link, { maxRedirects: 0 });
  expect(answer.headers()).toMatchObject({
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex, nofollow',
  });
  const phone = await browserOf(browser, product);
  await phone.page.goto(link);
  await expect(phone.page).toHaveURL(/\/book\/jakarta\/booked$/);
  await expect(phone.page.getByRole('main')).not.toContainText(/Rina|0813|lines/);
  await phone.page.getByText('Cancel this booking').click();
  await phone.page.getByRole('button', { name: 'Yes, cancel it' }).click();
  await expect(phone.page.getByRole('heading', { level: 1 })).toHaveText('The booking is cancelled.');
  // The link of before, this one and one that never was are all the same now.
  const pages = [];
  for (const one of [page, phone.page, phone.page]) {
    if (pages.length === 2) await one.goto(link.replace(/\w+$/, '0'.repeat(32)));
    else await one.goto('/book/jakarta/booked');
    pages.push(await one.getByRole('main').innerText());
  }
  expect(pages[0]).toContain('This link does not work any more');
  expect(new Set(pages).size).toBe(1);
});

test('the public page has no accessibility problems, and books with script allowed', async ({
  browser,
  product,
}) => {
  const { page } = await browserOf(browser, product, { language: 'id', colorScheme: 'dark', script: true });
  const complaints = listen(page);
  await page.goto('/book/jakarta');
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('link', { name: /Peeling Acne/ }).click();
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.locator('a[href*="date=2026-11-27"][href$="#times"]').click();
  await page.locator('#times section li a').first().click();
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByLabel('Nama Anda').fill('Sinta');
  await page.getByLabel('Nomor telepon Anda').fill('0813-7000-0003');
  await page.getByRole('button', { name: 'Booking waktu ini' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Terima kasih/);
  await page.getByText('Batalkan booking ini').click();
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('link', { name: 'Pindahkan' }).click();
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.goto('/book/jakarta/booked/no-secret');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tautan ini tidak berlaku lagi');
  expect(await accessibilityProblems(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

for (const { language, colorScheme } of looks) {
  test(`the pages of an account have no accessibility problems: ${language}, ${colorScheme}`, async ({
    browser,
    product,
  }) => {
    const phone = await browserOf(browser, product, { language, colorScheme, script: true });
    const { page } = phone;
    const { email, path } = await invitation(phone, product);
    await page.goto(path);
    expect(await accessibilityProblems(page)).toEqual([]);
    await choose(page, chosen);
    await page.waitForURL(/login/);
    await page.locator('input[type=email]').fill(email);
    await page.locator('input[type=password]').fill(chosen);
    await page.locator('input[type=password]').press('Enter');
    await page.waitForURL(/\/jakarta$/);
    await page.goto('/jakarta/account');
    expect(await accessibilityProblems(page)).toEqual([]);
    await fits(page);
  });
}
