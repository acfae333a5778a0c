import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright/test';
import { call, desk, read, signIn } from '../desk.ts';
import { Product } from '../server.ts';
import { accessibilityProblems, expect, expectReadable, looks, open, opening, speak, test } from '../test.ts';

const staff = 'staff@jakarta.demo';

/** Somebody who is not signed in, in English. */
async function visitor(browser: Browser, product: Product): Promise<Page> {
  const context = await browser.newContext({ baseURL: product.url });
  await speak(context, product.url, 'en');
  return context.newPage();
}

let people = 0;

/** Somebody new, so that no test meets another one's rows. */
async function newPatient(context: BrowserContext) {
  people += 1;
  const letters = String(people).replaceAll(/\d/g, (digit) => 'ABCDEFGHIJ'[Number(digit)] ?? '');
  const name = `Tamu ${letters}${'ABCDEFGHIJ'[test.info().workerIndex % 10]} Uji`;
  const phone = `+62899${String(test.info().workerIndex).padStart(3, '0')}${String(people).padStart(5, '0')}`;
  const patient = await call<{ id: string }>(context, 'patients.register', { name, phone });
  return { id: patient.id, name };
}

async function someTreatment(context: BrowserContext): Promise<string> {
  const { items } = await read<{ items: { id: string; name: string }[] }>(context, 'treatments.findByTenant');
  return items.find(({ name }) => name === 'Facial Express')?.id ?? '';
}

/** Somebody who waits in today's queue. */
async function newWalkIn(context: BrowserContext) {
  const patient = await newPatient(context);
  const treatmentId = await someTreatment(context);
  const booking = await call<{ id: string; queueNumber: number }>(context, 'queue.join', {
    patientId: patient.id,
    treatmentId,
  });
  return { ...booking, name: patient.name };
}

/** An appointment of somebody new at the first or the last free time, today or on one of the next days. */
async function newBooking(context: BrowserContext, slot: 0 | -1 = -1) {
  const patient = await newPatient(context);
  const treatmentId = await someTreatment(context);
  const { today } = await read<{ today: string }>(context, 'clinic.current');
  const days = await read<{ date: string; slots: { startAt: string }[] }[]>(context, 'availability.search', {
    treatmentId,
    from: today,
    days: 7,
  });
  const day = days.find(({ slots }) => slots.length > 0);
  const startAt = day?.slots.at(slot)?.startAt;
  const booking = await call<{ id: string }>(
    context,
    'bookings.book',
    { patientId: patient.id, treatmentId, staffId: 'any', startAt, source: 'online' },
    { startAt: ['Date'] },
  );
  return { id: booking.id, name: patient.name, path: `/jakarta?date=${day?.date}` };
}

const inList = (page: Page, name: string) =>
  page.locator('[data-column]').first().getByRole('listitem').filter({ hasText: name });
const inQueue = (page: Page, name: string) =>
  page.getByRole('complementary', { name: 'Walk-in queue' }).getByRole('listitem').filter({ hasText: name });
const toast = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text });

test.describe('signing in', () => {
  // A refused sign-in answers 401, which the browser's console repeats: these two bring a page of their own.
  test('a wrong password is said, the right one leads back to where one wanted to go', async ({
    browser,
    product,
  }) => {
    const page = await visitor(browser, product);
    await page.goto('/jakarta?view=staff');
    await expect(page).toHaveURL(/\/jakarta\/login\?back=/);
    await page.getByLabel('Email').fill(staff);
    await page.getByLabel('Password').fill('not this one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toHaveText('The email or the password is wrong.');
    await expect(page.getByLabel('Email')).toHaveValue(staff);
    await expect(page.getByLabel('Password'), 'to be typed over').toBeFocused();
    await page.context().setOffline(true);
    await page.keyboard.type(product.demoPassword);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('status').filter({ hasText: 'no connection' })).toBeVisible();
    await page.context().setOffline(false);
    await expect(page.getByLabel('Password'), 'nothing typed is lost').toHaveValue(product.demoPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL('/jakarta?view=staff');
    await expect(page.getByRole('heading', { name: 'Today', level: 1 })).toBeVisible();

    await page.locator('summary').filter({ hasText: 'Menu' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL('/jakarta/login');
    await page.goto('/jakarta');
    await expect(page).toHaveURL(/login/);
    await page.context().close();
  });

  test('a demo account is one press away, and a clinic is found by its short name', async ({
    page,
    language,
  }) => {
    await language('en');
    await page.goto('/');
    await page.getByLabel('short name').fill('nowhere');
    await page.getByRole('button', { name: 'Open the clinic' }).click();
    await expect(page.getByText('There is no clinic called “nowhere”.')).toBeVisible();
    // A script that takes the field over between selecting and typing would leave both names in it.
    const field = page.getByLabel('short name');
    await expect(async () => {
      await field.fill(' Bali ');
      await expect(field).toHaveValue(' Bali ', { timeout: 100 });
    }).toPass();
    await page.getByRole('button', { name: 'Open the clinic' }).click();
    await expect(page).toHaveURL(/\/bali\/login/);
    await page.getByRole('button', { name: /staff@bali.demo/ }).click();
    await expect(page).toHaveURL('/bali');
    await expect(page.getByText('WITA').first()).toBeVisible();
  });

  test('too many attempts are slowed down, and how long is said', async ({ browser, product }) => {
    const page = await visitor(browser, product);
    for (let attempt = 0; attempt < 10; attempt++) {
      const form = { email: 'somebody@jakarta.demo', password: `wrong ${attempt}` };
      const refused = await page.request.post('/jakarta/login', { form, headers: { origin: product.url } });
      expect(await refused.text()).toContain('The email or the password is wrong.');
    }
    await page.goto('/jakarta/login');
    await page.getByLabel('Email').fill('somebody@jakarta.demo');
    await page.getByLabel('Password').fill('wrong once more');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('Too many attempts. Try again');
    await page.context().close();
  });

  test('who runs the installation signs in, sees its clinics and signs out', async ({
    page,
    language,
    product,
  }) => {
    await language('en');
    await page.goto('/platform');
    await expect(page).toHaveURL(/\/platform\/login/);
    await page.getByLabel('Email').fill('platform@circe.demo');
    await page.getByLabel('Password').fill(product.demoPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL('/platform');
    await expect(
      page.getByRole('link', { name: /Klinik Melati Jakarta.*Active users \d+ of 50/ }),
    ).toBeVisible();
    await page.getByRole('searchbox', { name: 'Name, short name or domain' }).fill('kamboja BALI');
    await page.getByRole('button', { name: 'Find' }).click();
    await expect(page.getByRole('link', { name: /Klinik Melati Jakarta/ })).toHaveCount(0);
    await page.getByLabel('Status').selectOption('Suspended');
    await page.getByRole('button', { name: 'Find' }).click();
    await expect(page.getByText('No clinic fits')).toBeVisible();
    await page.locator('summary').filter({ hasText: 'Menu' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL('/platform/login');
  });
});

/** The console of whoever runs the installation. */
async function platform(
  browser: Browser,
  product: Product,
  options: BrowserContextOptions & { language?: 'id' | 'en' } = {},
) {
  const { language = 'en', ...more } = options;
  const context = await browser.newContext({ baseURL: product.url, ...more });
  await speak(context, product.url, language);
  await signIn(context, 'platform@circe.demo', product.demoPassword, 'platform');
  return { context, page: await context.newPage() };
}

test.describe("the platform's console", () => {
  test('a new clinic: its first administrator comes, is told when it is suspended, and goes on', async ({
    browser,
    product,
  }) => {
    const { context, page } = await platform(browser, product);
    await page.goto('/platform/new');
    // What is typed before the script is there is made into a short name by the server.
    await expect(async () => {
      await page.getByLabel('Clinic name').fill('');
      await page.getByLabel('Clinic name').fill('Klinik Kenanga');
      await expect(page.getByLabel('short name')).toHaveValue('klinik-kenanga', { timeout: 500 });
    }).toPass();
    await page.getByLabel('short name').fill('jakarta');
    await page.getByLabel('Most active users').fill('3');
    await page.getByLabel('Name', { exact: true }).fill('Rani Wulandari');
    await page.getByLabel('Email').fill('rani@kenanga.id');
    await page.getByRole('button', { name: 'Create clinic and invitation' }).click();
    await expect(page.getByText('Another clinic has this short name.')).toBeVisible();
    await page.getByLabel('short name').fill('kenanga');
    await page.getByRole('button', { name: 'Create clinic and invitation' }).click();
    await expect(page.getByText('Klinik Kenanga is there')).toBeVisible();
    const link = page.getByLabel('Link for Rani Wulandari');
    await expect(link).toBeFocused();
    const lost = await link.inputValue();
    await page.getByRole('link', { name: 'To the clinic' }).click();
    await expect(page.getByText('Rani Wulandari (rani@kenanga.id) was invited')).toBeVisible();
    await page.getByRole('button', { name: 'Make another link' }).click();
    await expect(link).toBeFocused();
    const href = await link.inputValue();

    const rani = await visitor(browser, product);
    await rani.goto(lost);
    await expect(rani.getByText('This link does not work any more')).toBeVisible();
    await rani.goto(href);
    await rani.locator('input[name=password]').fill('kopi tubruk hangat');
    await rani.locator('input[name=repeat]').fill('kopi tubruk hangat');
    await rani.getByRole('button', { name: 'Save the password' }).click();
    await rani.getByLabel('Email').fill('rani@kenanga.id');
    await rani.getByLabel('Password').fill('kopi tubruk hangat');
    await rani.getByRole('button', { name: 'Sign in' }).click();
    await expect(rani).toHaveURL('/kenanga/start');

    await page.reload();
    await expect(page.getByText('was invited')).toHaveCount(0);
    await page.getByLabel('Reason').fill('Unpaid since August');
    await page.getByLabel('Yes, close Klinik Kenanga').check();
    await page.getByRole('button', { name: 'Suspend the clinic' }).click();
    await expect(page.getByText('Reason: Unpaid since August')).toBeVisible();
    await expect(page.getByText('Platform suspended the clinic')).toBeVisible();
    await rani.getByRole('link', { name: 'Patients' }).first().click();
    await expect(rani.getByRole('paragraph').filter({ hasText: 'This clinic is suspended' })).toBeVisible();
    await expect(rani.getByText('Unpaid')).toHaveCount(0);
    const patient = await rani.request.get('/book/kenanga');
    expect(await patient.text(), 'in words for a patient').toContain('takes no bookings online for now');
    await expect(page.getByLabel('Reason')).toHaveValue('');
    const state = page.getByRole('button', { name: 'Activate the clinic' });
    await expect(state, 'the focus is not lost').toBeFocused();
    await state.click();
    await expect(page.getByRole('button', { name: 'Suspend the clinic' })).toBeFocused();
    await rani.getByRole('link', { name: 'Look again' }).click();
    await expect(rani).toHaveURL(/\/kenanga\/login/);

    await page.getByLabel('short name').fill('jakarta');
    const save = page
      .getByRole('region', { name: 'Clinic', exact: true })
      .getByRole('button', { name: 'Save' });
    await save.click();
    await expect(page.getByText('Another clinic has this short name.')).toBeVisible();
    await page.getByLabel('short name').fill('kenanga-ubud');
    await save.click();
    await expect(page.getByText('Links to /kenanga lead here too.')).toBeVisible();
    await rani.goto('/kenanga/login?back=%2Fkenanga%2Fcalendar');
    await expect(rani).toHaveURL('/kenanga-ubud/login?back=%2Fkenanga%2Fcalendar');
    await rani.context().close();
    await context.close();
  });

  test('an address that is no page is said in its frame, and never read as a clinic’s', async ({
    browser,
    product,
  }) => {
    const { context, page } = await platform(browser, product);
    // A clinic has pages at some of these, and none can have the word `platform`.
    for (const path of ['/platform/nowhere', '/platform/calendar', '/platform/book/x', '/platform/mine']) {
      expect((await page.goto(path))?.status(), path).toBe(404);
      await expect(page.getByRole('navigation', { name: 'Platform' }), path).toBeVisible();
      await expect(page.getByRole('heading', { level: 1, name: 'There is no such page' })).toBeAttached();
      await expect(page.getByRole('link', { name: 'Today' })).toHaveCount(0);
    }
    await page.getByRole('link', { name: 'All clinics' }).click();
    await expect(page).toHaveURL('/platform');
    await context.clearCookies();
    await page.goto('/platform/nowhere');
    await expect(page).toHaveURL('/platform/login?back=%2Fplatform%2Fnowhere');
    await context.close();
  });

  test('limits, a token and a slip of the finger, without script', async ({ browser, product }) => {
    const { context, page } = await platform(browser, product, { javaScriptEnabled: false });
    await page.goto('/platform?q=bali');
    await page.getByRole('link', { name: /Kamboja/ }).click();
    await page.getByLabel('Own domain').fill('no domain');
    await page.getByRole('button', { name: 'Save' }).first().click();
    await expect(page.getByText('Write a domain such as clinic.example.')).toBeVisible();
    await page.getByLabel('Most active users').fill('many');
    await page.getByLabel('Most bookings a month').fill('20.000');
    await page.getByRole('button', { name: 'Save' }).nth(1).click();
    await expect(page.getByText('Write a whole number from 1 to 1,000,000.')).toBeVisible();
    await expect(page.getByLabel('Most bookings a month')).toHaveValue('20,000');
    await page.getByLabel('Most active users').fill('2');
    await page.getByRole('button', { name: 'Save' }).nth(1).click();
    await expect(page.getByText('Used up')).toBeVisible();
    const slip = await context.request.post(`${page.url()}?/suspend`, {
      form: { reason: 'x' },
      headers: { origin: product.url },
    });
    expect(slip.status()).toBe(400);

    await page.getByRole('link', { name: 'Search the log' }).click();
    const search = page.getByRole('search');
    const find = async (field: string, text: string) => {
      await search.getByLabel(field, { exact: true }).fill(text);
      await search.getByRole('button', { name: 'Find' }).click();
    };
    await search.getByLabel('Who').selectOption('Administrator Paper Circe');
    await search.getByLabel('What').selectOption('Platform changed the clinic');
    await search.getByRole('button', { name: 'Find' }).click();
    const log = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Active users' });
    await expect(log).toHaveCount(1);
    await expect(log.getByRole('link', { name: /Kamboja/ }).first()).toBeVisible();
    await find('Until', '2020-01-01');
    await expect(page.getByText('Nothing was done like this')).toBeVisible();
    await find('Until', '');
    await find('Clinic', 'nowhere');
    await expect(page.getByText('Nothing was done like this')).toBeVisible();
    await find('Clinic', 'a');
    await expect(page.getByText('Several clinics fit')).toBeVisible();
    await page
      .getByRole('main')
      .getByRole('link', { name: /Kamboja/ })
      .click();
    await expect(page.getByText('Platform changed the clinic').last()).toBeVisible();
    for (const query of ['who=x&act=%00&from=1&to=2', `clinic=${'x'.repeat(5_000)}`, 'clinic=%00'])
      expect((await context.request.get(`/platform/audit?${query}`)).status(), query).toBe(200);
    expect((await context.request.get('/platform/audit?cursor=made-up')).status()).toBe(400);

    await page.getByRole('link', { name: 'API tokens' }).click();
    await page.getByLabel('What it is for').fill('Sign-up page');
    await page.getByLabel('Clinics', { exact: true }).selectOption('Read and change');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const token = await page.getByLabel('The token “Sign-up page”', { exact: true }).inputValue();
    const ask = (tenant: string, path: string) =>
      context.request.post(`/api/${tenant}/trpc/${path}`, {
        data: {},
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await ask('platform', 'tenants.inviteAgain')).status()).toBe(400);
    expect((await ask('bali', 'clinic.configure')).status()).toBe(401);
    await page.locator('summary').filter({ hasText: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke it now' }).click();
    await expect(page.getByText('No program has a token')).toBeVisible();
    expect((await ask('platform', 'tenants.inviteAgain')).status()).toBe(401);
    await context.close();
  });

  test('an administrator ends his session elsewhere, invites another one and takes her in and out, without script', async ({
    browser,
    product,
    request,
  }) => {
    const elsewhere = `${product.url}/api/platform/trpc`;
    const json = { email: 'platform@circe.demo', password: product.demoPassword };
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    await request.post(`${elsewhere}/auth.login`, { data: { json }, headers: { 'user-agent': agent } });
    const { context, page } = await platform(browser, product, { javaScriptEnabled: false });
    await page.goto('/platform');
    await page.getByRole('banner').locator('summary').last().click();
    await page.getByRole('link', { name: 'My account' }).click();
    const there = page.getByRole('button', { name: 'End the session on Firefox' });
    await there.click();
    await expect(there).toHaveCount(0);
    expect((await request.get(`${elsewhere}/auth.me`)).status()).toBe(401);
    await page.getByLabel('Current password').fill('not what it is');
    for (const name of ['password', 'repeat'])
      await page.locator(`input[name=${name}]`).fill('teh manis sekali');
    await page.getByRole('button', { name: 'Save the password' }).click();
    await expect(page.getByText('This is not your current password.')).toBeVisible();

    // Whoever was invited and has not come is nobody that the installation could be left to.
    await page.getByRole('link', { name: 'Administrators' }).click();
    await page.getByRole('link', { name: 'Invite an administrator' }).click();
    const invite = async (email: string) => {
      await page.getByLabel('Name').fill('Anna Prasetya');
      await page.getByLabel('Email').fill(email);
      await page.getByRole('button', { name: 'Make the invitation' }).click();
    };
    await invite('platform@circe.demo');
    await expect(page.getByText('This email address is in use already.')).toBeVisible();
    await invite('anna@circe.demo');
    const href = await page.getByLabel('Link for Anna Prasetya').inputValue();
    await page.getByRole('main').getByRole('link', { name: 'Administrators' }).last().click();
    await expect(page.getByRole('link', { name: /Anna Prasetya.*Invited, no password yet/ })).toBeVisible();
    await page.getByRole('link', { name: /\(you\)/ }).click();
    await page.getByRole('button', { name: 'Deactivate' }).click();
    await expect(page.getByText('This is the last administrator who can sign in.')).toBeVisible();

    const { token } = /password\/(?<token>[^/]+)$/.exec(href)?.groups ?? {};
    const post = async (path: string, given: object) =>
      (await request.post(`${elsewhere}/${path}`, { data: { json: given } })).status();
    const anna = { email: 'anna@circe.demo', password: 'kopi tubruk hangat' };
    expect(await post('auth.choosePassword', { token, password: anna.password })).toBe(200);
    expect(await post('auth.login', anna)).toBe(200);
    await page.goto('/platform/administrators');
    await page.getByRole('link', { name: /Anna Prasetya.*Signed in since/ }).click();
    // A device of hers that was lost.
    await page
      .getByRole('region', { name: 'Where the person is signed in' })
      .getByRole('button', { name: /^End/ })
      .click();
    await expect(page.getByText('Not signed in')).toBeVisible();
    expect((await request.get(`${elsewhere}/auth.me`)).status()).toBe(401);
    expect(await post('auth.login', anna)).toBe(200);
    await page.getByRole('button', { name: 'Deactivate' }).click();
    await expect(page.getByText('This user is deactivated')).toBeVisible();
    expect((await request.get(`${elsewhere}/auth.me`)).status()).toBe(401);
    expect(await post('auth.login', anna)).toBe(401);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByRole('button', { name: 'Deactivate' })).toBeVisible();
    expect(await post('auth.login', anna)).toBe(200);
    await page.goto('/platform/audit?act=users.deactivate');
    await expect(page.getByRole('main').getByRole('link', { name: 'Anna Prasetya' })).toBeVisible();
    expect((await context.request.get('/platform/administrators/nobody')).status()).toBe(404);
    await context.close();
  });

  for (const { language, colorScheme } of looks)
    test(`is readable by everyone, in ${language} and ${colorScheme}`, async ({ browser, product }) => {
      const { context, page } = await platform(browser, product, {
        language,
        colorScheme,
        reducedMotion: 'reduce',
      });
      const paths = ['/platform/new', '/platform/tokens', '/platform/administrators', '/platform?q=bali'];
      for (const path of paths) {
        await page.goto(path);
        await expectReadable(page, path);
      }
      await page.getByRole('link', { name: /Kamboja/ }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Kamboja/);
      await expectReadable(page, 'the clinic');
      await context.close();
    });
});

test.describe('at the desk', () => {
  test('a walk-in is called, treated and paid by QRIS, and the last act is taken back', async ({
    browser,
    product,
  }) => {
    const { context, page } = await desk(browser, product);
    const guest = await newWalkIn(context);
    await open(page, '/jakarta');
    const entry = inQueue(page, guest.name);
    await expect(entry).toContainText(String(guest.queueNumber));
    await entry.getByRole('button', { name: 'Call' }).click();
    await expect(entry).toContainText('Called at');
    // Who does not come is passed over, which can be undone, and called again.
    await entry.getByRole('button', { name: 'Skip' }).click();
    await expect(entry).toContainText('Did not come at');
    await toast(page, `${guest.name}: skipped`).getByRole('button', { name: 'Undo' }).click();
    await expect(entry).toContainText('Called at');
    await entry.getByRole('button', { name: 'Skip' }).click();
    await entry.getByRole('button', { name: 'Call' }).click();
    await expect(entry).toContainText('Called at');
    // The second click of a double click meets what stands there by then.
    await entry.getByRole('button', { name: 'Start' }).hover();
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await entry.getByRole('button', { name: 'Start' }).click();
    await expect(entry).toContainText('In treatment since');
    await expect(toast(page, `${guest.name}: treatment begun`)).toBeVisible();
    await expect(toast(page, `${guest.name}: called`), 'can no longer be taken back').toHaveCount(0);
    await entry.getByRole('link', { name: 'Complete' }).click();
    const dialog = page.getByRole('dialog', { name: `Complete · ${guest.name}` });
    await dialog.getByRole('button', { name: 'QRIS' }).click();
    await expect(dialog).toBeHidden();
    await expect(entry).toHaveCount(0);
    const row = inList(page, guest.name);
    await expect(row).toContainText('Completed');
    await expect(row).toContainText('Paid');
    await toast(page, `${guest.name}: completed and paid`)
      .getByRole('button', { name: 'Undo' })
      .last()
      .click();
    await expect(row).toContainText('Unpaid');
    await expect(entry).toContainText('In treatment since');
    await page.goto(`/jakarta/bookings/${guest.id}`);
    await expect(page.getByText('In treatment'), 'not that it is confirmed').toBeVisible();
    await page.goto('/jakarta/bokings');
    await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
    await page.getByRole('navigation').getByRole('link', { name: 'Patients' }).first().click();
    await expect(page, 'a mistyped address leads on').toHaveURL('/jakarta/patients');
    await context.close();
  });

  test("a walk-in is skipped, and called again, on the booking's own page without script", async ({
    browser,
    product,
  }) => {
    const { context, page } = await desk(browser, product, { javaScriptEnabled: false });
    const guest = await newWalkIn(context);
    await page.goto(`/jakarta/bookings/${guest.id}`);
    const skip = page.getByRole('button', { name: 'Skip', exact: true });
    await expect(skip, 'nobody is skipped who was not called').toHaveCount(0);
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await skip.click();
    await expect(page.getByText(/^The patient is skipped/)).toBeVisible();
    await expect(skip).toHaveCount(0);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect(skip).toBeVisible();
    await context.close();
  });

  test('a booking is confirmed, part of it paid, cancelled and brought back from the menu', async ({
    browser,
    product,
  }) => {
    const { context, page } = await desk(browser, product);
    const booking = await newBooking(context);
    await open(page, '/jakarta');
    const row = inList(page, booking.name);
    const unconfirmed = page.getByText(/^To be confirmed: /);
    const before = await unconfirmed.innerText();
    await row.getByRole('button', { name: 'Confirm' }).click();
    await expect(row).toContainText('Confirmed');
    await expect(unconfirmed).not.toHaveText(before);
    await row.getByRole('link', { name: 'Take payment' }).click();
    const dialog = page.getByRole('dialog');
    const amount = dialog.getByLabel('Amount received');
    const cash = dialog.getByRole('button', { name: 'Cash' });
    await amount.fill('fifty');
    await cash.click();
    await expect(amount, 'no money').toHaveAccessibleDescription(/The amount must be/);
    await expect(amount).toBeFocused();
    await amount.fill('50,000');
    await amount.press('Enter');
    await expect(dialog.getByRole('button', { name: 'QRIS' }), 'nobody said how').toBeFocused();
    await cash.click();
    await expect(row).toContainText('Deposit');
    await expect(toast(page, `${booking.name}: payment taken · Rp 50,000 · Cash`)).toBeVisible();
    await row.getByRole('link', { name: /^Everything for/ }).click();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(row).toContainText('Cancelled');
    await row.getByRole('link', { name: /^Everything for/ }).click();
    await dialog.getByRole('button', { name: 'Undo' }).click();
    await expect(row).toContainText('Confirmed');
    await context.close();
  });

  test('two desks see each other', async ({ browser, product }) => {
    const here = await desk(browser, product);
    const there = await desk(browser, product);
    // As in Safari, whose streams cannot be looped over.
    await there.page.addInitScript(() => {
      const stream: { [Symbol.asyncIterator]?: unknown } = ReadableStream.prototype;
      delete stream[Symbol.asyncIterator];
    });
    await Promise.all([open(here.page, '/jakarta'), open(there.page, '/jakarta')]);
    const guest = await newWalkIn(here.context);
    await expect(inQueue(here.page, guest.name)).toBeVisible();
    const entry = inQueue(there.page, guest.name);
    await expect(entry).toBeVisible();
    await inQueue(here.page, guest.name).getByRole('button', { name: 'Call' }).click();
    await expect(entry).toContainText('Called at');
    await expect(there.page.getByRole('status').filter({ hasText: `is called: ${guest.name}` })).toHaveCount(
      1,
    );
    await inQueue(there.page, guest.name).getByRole('button', { name: 'Start' }).click();
    await expect(inQueue(here.page, guest.name)).toContainText('In treatment');

    // Whoever has an appointment arrives: both see who waits, and that it was a mistake.
    const booking = await newBooking(here.context, 0);
    await call(here.context, 'bookings.confirm', { id: booking.id });
    const [mine, theirs] = [inList(here.page, booking.name), inList(there.page, booking.name)];
    await expect(theirs).toContainText('Confirmed');
    const waiting = there.page.getByRole('link', { name: /^\d+ Waiting$/ });
    const before = Number.parseInt(await waiting.innerText(), 10);
    await mine.getByRole('link', { name: /^Everything for/ }).click();
    await here.page.getByRole('dialog').getByRole('button', { name: 'Arrived' }).click();
    await expect(mine).toContainText('Just arrived');
    await expect(theirs).toContainText('Just arrived');
    await expect(theirs).toContainText('Waiting');
    await expect(waiting).toContainText(String(before + 1));
    await expect(
      there.page.getByRole('status').filter({ hasText: `${booking.name} has arrived` }),
    ).toHaveCount(1);
    await toast(here.page, `${booking.name}: arrived`).getByRole('button', { name: 'Undo' }).last().click();
    await expect(theirs).toContainText('Confirmed');
    await expect(waiting).toContainText(String(before));
    await theirs.getByRole('link', { name: booking.name, exact: true }).click();
    await expect(there.page).toHaveURL(/\/jakarta\/bookings\/[0-9a-f]{24}$/);
    await there.page.getByRole('button', { name: 'Arrived' }).click();
    await expect(there.page.getByText('The patient has arrived.')).toBeVisible();
    await expect(there.page.getByRole('button', { name: 'Arrived' })).toHaveCount(0);
    await expect(there.page.getByText('Waiting').first()).toBeVisible();
    await expect(mine).toContainText('Just arrived');
    await mine.getByRole('button', { name: 'Start' }).click();
    await expect(mine).toContainText('In treatment');
    await Promise.all([here.context.close(), there.context.close()]);
  });

  test('an act that does not get through is taken back with the reason', async ({ browser, product }) => {
    const { context, page } = await desk(browser, product);
    const booking = await newBooking(context);
    await open(page, booking.path);
    const row = inList(page, booking.name);
    await page.route('**/bookings.confirm**', (route) => route.abort());
    await row.getByRole('button', { name: 'Confirm' }).click();
    await expect(toast(page, 'There is no connection. Whether this was saved')).toBeVisible();
    await expect(row).toContainText('Pending');

    // Tried again with success, nothing is said of a connection any more.
    await page.unroute('**/bookings.confirm**');
    await row.getByRole('button', { name: 'Confirm' }).click();
    await toast(page, `${booking.name}: booking confirmed`).getByRole('button', { name: 'Undo' }).click();
    await expect(row).toContainText('Pending');
    await expect(toast(page, 'There is no connection')).toHaveCount(0);

    // Refused by the server: another desk was faster, and this one was not told in time.
    await page.route('**/bookings.confirm**', async (route) => {
      await call(context, 'bookings.cancel', { id: booking.id });
      await route.continue();
    });
    await row.getByRole('button', { name: 'Confirm' }).click();
    await expect(toast(page, 'has just changed this: now “Cancelled”.')).toBeVisible();
    await expect(row).toContainText('Cancelled');
    await context.close();
  });

  test('what is asked for while an act is under way follows it, or is refused with it', async ({
    browser,
    product,
  }) => {
    const { context, page } = await desk(browser, product);
    const booking = await newBooking(context);
    await open(page, booking.path);
    const row = inList(page, booking.name);
    const press = async (key: string) => {
      await row.getByRole('link', { name: /^Everything for/ }).focus();
      await page.keyboard.press(key);
    };
    let letThrough = Promise.withResolvers<'continue' | 'abort'>();
    await page.route('**/bookings.*', async (route) => route[await letThrough.promise]());
    await press('c');
    await expect(row).toContainText('Confirmed');
    await press('x');
    await expect(row).toContainText('Cancelled');
    await press('u');
    letThrough.resolve('continue');
    await expect(toast(page, `${booking.name}: undone`)).toBeVisible();
    await expect(row).toContainText('Confirmed');
    const { status } = await read<{ status: string }>(context, 'bookings.get', { id: booking.id });
    expect(status).toBe('confirmed');

    letThrough = Promise.withResolvers();
    await press('x');
    await press('u');
    letThrough.resolve('abort');
    await expect(toast(page, `${booking.name}, Cancel: `)).toBeVisible();
    await expect(toast(page, `${booking.name}, Undo: `)).toBeVisible();
    await expect(row).toContainText('Confirmed');
    await context.close();
  });

  test('a lost connection is said, and nothing is missed once it is back', async ({ browser }) => {
    await using product = await Product.start({ CIRCE_CLOCK: opening });
    const { context, page } = await desk(browser, product);
    const booking = await newBooking(context);
    await open(page, booking.path);
    const row = inList(page, booking.name);
    await expect(row).toContainText('Pending');
    await product.kill();
    const lost = page.getByText('Connection lost, reconnecting');
    await expect(lost).toBeVisible();
    // In sight on a phone too, wherever it is scrolled to, and over nothing that the keys reach.
    await page.setViewportSize({ width: 360, height: 640 });
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await expect(lost).toBeInViewport({ ratio: 1 });
    const free = page.getByRole('complementary').getByRole('link').last();
    await free.focus();
    const { y = 0, height = 0 } = (await free.boundingBox()) ?? {};
    expect(y + height).toBeLessThan((await page.locator('[data-lost]').boundingBox())?.y ?? 0);
    await page.setViewportSize({ width: 1440, height: 900 });
    await product.start();
    await expect(lost).toBeHidden({ timeout: 20_000 });
    await call(context, 'bookings.confirm', { id: booking.id });
    await expect(row).toContainText('Confirmed');
    await context.close();
  });

  test('whoever goes on while nobody answers keeps the day in sight, or waits for a page that opens by itself', async ({
    browser,
  }) => {
    await using product = await Product.start({ CIRCE_CLOCK: opening });
    const { context, page } = await desk(browser, product);
    const booking = await newBooking(context, 0);
    await open(page, booking.path);
    const other = await context.newPage();
    // With its script, which nobody could fetch from then on.
    await other.goto('/jakarta/treatments', { waitUntil: 'networkidle' });
    await product.kill();
    await expect(page.getByText('Connection lost, reconnecting')).toBeVisible();
    await page.getByRole('link', { name: 'Patients' }).first().click();
    await expect(page.getByText('There is no connection, so this page stays.')).toBeVisible();
    await expect(inList(page, booking.name)).toBeVisible();
    await expect(page).toHaveURL(booking.path);
    await other.getByRole('link', { name: 'Patients' }).first().click();
    await expect(other.getByText('This page opens by itself as soon as the server answers.')).toBeVisible();
    expect(await accessibilityProblems(other)).toEqual([]);
    await product.start();
    await expect(other.getByRole('heading', { level: 1, name: 'Patients' })).toBeVisible({ timeout: 20_000 });
    await expect(page.getByText('Connection lost, reconnecting')).toBeHidden({ timeout: 20_000 });
    await page.getByRole('link', { name: 'Patients' }).first().click();
    await expect(page.getByRole('heading', { level: 1, name: 'Patients' })).toBeVisible();
    await context.close();
  });

  test('everything works without script', async ({ browser, product }) => {
    const { context, page } = await desk(browser, product, { javaScriptEnabled: false });
    const booking = await newBooking(context);
    await page.goto(booking.path);
    const row = inList(page, booking.name);
    await row.getByRole('button', { name: 'Confirm' }).click();
    await expect(page).toHaveURL(booking.path);
    await expect(row).toContainText('Confirmed');
    await expect(page.getByText(`${booking.name}: booking confirmed`)).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(row).toContainText('Pending');
    await row.getByRole('link', { name: 'Everything for' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Take payment' }).click();
    const amount = page.getByRole('dialog').getByLabel('Amount received');
    const balance = await amount.inputValue();
    await amount.fill('fifty');
    await page.getByRole('dialog').getByRole('button', { name: 'Transfer' }).click();
    await expect(amount, 'as it was typed').toHaveValue('fifty');
    await expect(amount).toHaveAccessibleDescription(/The amount must be/);
    await expect(amount).toBeFocused();
    await amount.fill(balance);
    await page.getByRole('dialog').getByRole('button', { name: 'Transfer' }).click();
    await expect(page).toHaveURL(booking.path);
    await expect(row).toContainText('Paid');

    const guest = await newWalkIn(context);
    await page.goto('/jakarta');
    await inQueue(page, guest.name).getByRole('button', { name: 'Call' }).click();
    await inQueue(page, guest.name).getByRole('button', { name: 'Start' }).click();
    await inQueue(page, guest.name).getByRole('link', { name: 'Complete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'QRIS' }).click();
    await expect(inQueue(page, guest.name)).toHaveCount(0);
    const expected = await newBooking(context, 0);
    await call(context, 'bookings.confirm', { id: expected.id });
    await page.goto('/jakarta');
    await inList(page, expected.name).getByRole('link', { name: 'Everything for' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Arrived' }).click();
    await expect(page.getByText(`${expected.name}: arrived, and waits`)).toBeVisible();
    await expect(inList(page, expected.name)).toContainText('Waiting');
    await page.getByRole('link', { name: 'By staff' }).click();
    await expect(page.getByRole('region', { name: 'The day by staff' })).toBeVisible();
    await page.getByRole('link', { name: 'The day after' }).click();
    await expect(page).toHaveURL(/view=staff.*date=|date=.*view=staff/);
    await page.getByRole('link', { name: 'Today', exact: true }).last().click();
    await expect(page.getByRole('heading', { name: 'Today', level: 1 })).toBeVisible();
    await context.close();
  });

  test('a refusal without script is said where the act was done', async ({ browser, product }) => {
    const { context, page } = await desk(browser, product, { javaScriptEnabled: false });
    const booking = await newBooking(context);
    await page.goto(booking.path);
    await call(context, 'bookings.cancel', { id: booking.id });
    await inList(page, booking.name).getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('alert')).toContainText('has just changed this: now “Cancelled”.');
    await expect(inList(page, booking.name)).toContainText('Cancelled');
    await context.close();
  });

  test('who acts on what a colleague has changed since is told, and has done nothing', async ({
    browser,
    product,
  }) => {
    const { context, page } = await desk(browser, product);
    const booking = await newBooking(context);
    const statusNow = async () =>
      (await read<{ status: string }>(context, 'bookings.get', { id: booking.id })).status;
    const told = (what: string) => page.getByText(`has just changed this: ${what}`).first();
    const open = page.getByRole('main');
    await page.goto(`/jakarta/bookings/${booking.id}`);
    await call(context, 'bookings.pay', { id: booking.id, method: 'cash', amount: 1000 });
    await open.getByRole('button', { name: 'Cancel', exact: true }).click();
    await expect(told('its payments changed')).toBeVisible();
    expect(await statusNow()).toBe('pending');
    // Seen now, it can be done.
    await open.getByRole('button', { name: 'Cancel', exact: true }).click();
    await expect.poll(statusNow).toBe('cancelled');

    const other = await newBooking(context);
    await page.goto(`/jakarta/bookings/${other.id}?move=1&staff=any`);
    await page
      .getByRole('link', { name: /^Tomorrow/ })
      .last()
      .click();
    await expect(page.getByRole('heading', { name: /^Tomorrow/ })).toBeVisible();
    await page.getByRole('group', { name: 'Free times' }).getByRole('link').nth(1).click();
    const before = await read<{ startAt: string }>(context, 'bookings.get', { id: other.id });
    await call(context, 'bookings.confirm', { id: other.id });
    await page.getByRole('button', { name: /^Move to/ }).click();
    await expect(told('now “Confirmed”')).toBeVisible();
    expect((await read<{ startAt: string }>(context, 'bookings.get', { id: other.id })).startAt).toBe(
      before.startAt,
    );
    await context.close();
  });

  test('the keyboard alone is enough', async ({ browser, product }) => {
    const { context, page } = await desk(browser, product);
    const booking = await newBooking(context, 0);
    await open(page, booking.path);
    const row = inList(page, booking.name);
    await expect(row).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await expect(page.locator('[data-row]:focus-within')).toHaveCount(1);
    const isReached = () => row.evaluate((element) => element.contains(document.activeElement));
    // As far as it may be on a day to which other journeys have added.
    for (let left = await page.locator('[data-row]').count(); left > 0 && !(await isReached()); left--)
      await page.keyboard.press('ArrowDown');
    expect(await isReached(), 'the arrows lead to it').toBe(true);
    await page.keyboard.press('Enter');
    await expect(row).toContainText('Confirmed');
    await page.keyboard.press('m');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: 'QRIS' })).toBeFocused();
    await page.keyboard.press('2');
    await expect(row).toContainText('Paid');
    await page.keyboard.press('.');
    await expect(page.getByRole('dialog', { name: booking.name })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await page.keyboard.press('x');
    await expect(row).toContainText('Cancelled');
    await page.keyboard.press('u');
    await expect(row).toContainText('Confirmed');

    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await page.keyboard.press('b');
    await expect(page).toHaveURL(booking.path);
    await page.keyboard.press('Escape');

    await page.keyboard.press('/');
    const search = page.getByRole('combobox', { name: 'Find a patient' });
    await expect(search).toBeFocused();
    await search.pressSequentially(booking.name);
    await expect(page).toHaveURL(booking.path);
    await expect(page.getByRole('option', { name: booking.name })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/jakarta\/patients\/[0-9a-f]{24}$/);
    await page.keyboard.press('t');
    await expect(page).toHaveURL('/jakarta');
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Go anywhere' });
    await expect(palette.getByRole('option').first()).toBeVisible();
    await expect(palette.getByRole('combobox')).toBeFocused();
    expect(await accessibilityProblems(page), 'the palette').toEqual([]);
    await page.keyboard.type('new pat');
    await expect(palette.getByRole('option')).toHaveText([/Register a new patient/]);
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
    await page.keyboard.press('Control+k');
    await expect(palette.getByRole('combobox')).toBeFocused();
    await page.keyboard.type(booking.name);
    await expect(palette.getByRole('option', { name: booking.name })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: booking.name })).toBeVisible();
    await expect(palette).toBeHidden();
    await context.close();
  });

  test('the keys keep their place when an act takes its button away, and lists are left by their sides', async ({
    browser,
    product,
  }) => {
    const { context, page } = await desk(browser, product);
    const guest = await newWalkIn(context);
    await open(page, '/jakarta');
    const entry = inQueue(page, guest.name);
    // A board is full of the same words: each says whose it is to who hears them.
    for (const place of [entry, inList(page, guest.name)])
      await expect(place.getByRole('button', { name: 'Call' })).toHaveAccessibleDescription(guest.name);
    await entry.getByRole('button', { name: 'Call' }).focus();
    await page.keyboard.press('Enter');
    const start = entry.getByRole('button', { name: 'Start' });
    await expect(start).toBeFocused();
    // While it turns, a second press means the same as the first.
    await expect(start).not.toHaveAttribute('aria-busy');
    await page.keyboard.press('Enter');
    const complete = entry.getByRole('link', { name: 'Complete' });
    await expect(complete).toBeFocused();
    await page.keyboard.press('u');
    await expect(start, 'its undo is shown only with the answer').toBeFocused();
    await page.keyboard.press('s');
    await expect(complete).toBeFocused();
    for (let left = await page.locator('[data-row]').count(); left > 0; left--)
      await page.keyboard.press('ArrowUp');
    await expect(page.locator('#queue [data-row]').first().locator(':focus')).toHaveCount(1);
    await complete.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'QRIS' }).press('Enter');
    // Who is done leaves the queue and stays in the day.
    await expect(entry).toHaveCount(0);
    const row = inList(page, guest.name);
    await expect(row.locator(':focus')).toHaveCount(1);
    await page.keyboard.press('.');
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Undo' })).toBeFocused();
    await page.keyboard.press('u');
    await expect(row).toContainText('In treatment');
    await expect(row.locator(':focus'), 'the one who is back in treatment').toHaveCount(1);

    // The arrow keys are the script's.
    await page.goto('/jakarta/payments', { waitUntil: 'networkidle' });
    const refund = page.getByRole('region', { name: 'All payments' }).getByRole('link', { name: 'Refund' });
    await expect(refund.first()).toHaveAccessibleDescription(/\w/);
    // The day's end is not behind all who have not paid.
    const end = page.getByRole('link', { name: 'Close the day' });
    await end.focus();
    expect((await end.boundingBox())?.height, 'seen when the focus is there').toBeGreaterThan(24);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await expect(page.getByLabel('Opening cash')).toBeFocused();
    const unpaid = page.getByRole('region', { name: 'Still unpaid' }).getByRole('link');
    await unpaid.first().focus();
    await page.keyboard.press('ArrowDown');
    await expect(unpaid.nth(1)).toBeFocused();
    await context.close();
  });
});

for (const { language, colorScheme } of looks)
  test(`the desk's pages are readable by everyone, in ${language} and ${colorScheme}`, async ({
    browser,
    product,
  }) => {
    test.slow();
    const { context, page } = await desk(browser, product, {
      language,
      colorScheme,
      reducedMotion: 'reduce',
    });
    const guest = await newWalkIn(context);
    for (const path of [
      '/jakarta',
      '/jakarta?view=staff',
      `/jakarta?booking=${guest.id}`,
      `/jakarta?booking=${guest.id}&do=pay`,
      '/jakarta?show=off',
      '/jakarta?date=2020-01-01',
    ]) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1, includeHidden: true }).first()).toBeAttached();
      await expectReadable(page, path);
    }
    await open(page, '/jakarta');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await accessibilityProblems(page), 'the shortcuts').toEqual([]);
    await context.clearCookies({ name: 'circe_jakarta' });
    for (const path of ['/', '/jakarta/login', '/platform/login']) {
      await page.goto(path);
      await expectReadable(page, path);
    }
    await context.close();
  });

test('a phone of 360 px shows every number of the day in both languages', async ({ browser, product }) => {
  const phone = { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true };
  for (const language of ['id', 'en'] as const) {
    const { context, page } = await desk(browser, product, { ...phone, language });
    await page.goto('/jakarta');
    const counts = page.getByRole('navigation', {
      name: language === 'id' ? 'Ringkasan hari' : 'The day in numbers',
    });
    const cells = await counts.evaluate((nav) =>
      [...nav.children].map((cell) => {
        const { left, right } = cell.getBoundingClientRect();
        return { cut: cell.scrollWidth > cell.clientWidth, outside: left < 0 || right > innerWidth };
      }),
    );
    expect(cells, language).toEqual(Array.from({ length: 8 }, () => ({ cut: false, outside: false })));
    await context.close();
  }
});

test('a phone finds any page and any patient from wherever it is, with one thumb', async ({
  browser,
  product,
}) => {
  const phone = { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true };
  const { context, page } = await desk(browser, product, phone);
  const palette = page.getByRole('dialog', { name: 'Go anywhere' });
  for (const path of ['payments', 'staff', 'treatments']) {
    await page.goto(`/jakarta/${path}`, { waitUntil: 'networkidle' });
    await page.getByRole('banner').getByRole('link', { name: 'Go anywhere' }).tap();
    await expect(palette.getByRole('combobox'), path).toBeFocused();
    await page.keyboard.press('Escape');
  }
  await open(page, '/jakarta/calendar');
  await page.getByRole('navigation').last().locator('summary').tap();
  const near = page.getByRole('navigation').last().getByRole('link', { name: 'Go anywhere' });
  expect((await near.boundingBox())?.y, 'in the lower half').toBeGreaterThan(390);
  await near.tap();
  await palette.getByRole('combobox').fill('syahputra');
  await palette
    .getByRole('option', { name: /Syahputra/ })
    .first()
    .tap();
  await expect(page).toHaveURL(/\/jakarta\/patients\/\w+$/);
  await context.close();
});

test('a phone of 360 px shows the board as wide as it is', async ({ browser, product }) => {
  const phone = { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true };
  const { context, page } = await desk(browser, product, { language: 'id', ...phone });
  for (const path of ['/jakarta', '/jakarta?view=staff']) {
    await page.goto(path);
    // A phone lays a page out as wide as what is widest on it.
    const width = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, innerWidth));
    expect(width, path).toBe(360);
  }
  await context.close();
});

/** What stands between two pixels measures a hair less than it is: 43.99997 for 44. */
const hair = 0.01;

/**
 * What a finger has to meet that is lower than 44 px, its edge with it, or narrower than 24; a link within a sentence
 * may be.
 */
const tooSmall = (page: Page) =>
  page.evaluate(
    ([low, narrow]) =>
      [...document.querySelectorAll('a[href], button, input, select, summary')].flatMap((one) => {
        const { width, height } = (one.closest('.control') ?? one).getBoundingClientRect();
        const [isThere, sentence] = [
          one.checkVisibility() && width > 1,
          one.closest('p')?.textContent.trim(),
        ];
        const isWithin = one.matches('p a') && sentence !== one.textContent.trim();
        // A box is ticked by its words too, and a free time is as high as it is long.
        const isElsewhere = one.matches('[type=checkbox], [data-cal], .sr-only');
        return isThere && !isWithin && !isElsewhere && (height < low || width < narrow)
          ? [`${Math.round(width)} x ${Math.round(height)}: ${one.outerHTML.slice(0, 200)}`]
          : [];
      }),
    [43 - hair, 24 - hair] as const,
  );

test('one thumb is enough on a phone: nothing that is pressed is too small, and what is pressed all day is 44 px', async ({
  browser,
  product,
}) => {
  test.slow();
  const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
  const { context, page } = await desk(browser, product, phone);
  const guest = await newWalkIn(context);
  const { id } = guest;
  const { patientId, treatmentId } = await read<{ patientId: string; treatmentId: string }>(
    context,
    'bookings.get',
    { id },
  );
  for (const path of [
    '',
    '?view=staff',
    `?booking=${id}`,
    `?booking=${id}&do=pay`,
    '/calendar',
    '/calendar?view=week',
    '/calendar?view=list',
    `/book?patient=${patientId}`,
    `/book?patient=${patientId}&treatment=${treatmentId}&staff=any`,
    '/walk-in',
    '/patients',
    `/patients/${patientId}`,
    `/bookings/${id}`,
    '/payments',
    '/left-open',
    '/staff/rota',
  ]) {
    await page.goto(`/jakarta${path}`);
    expect(await tooSmall(page), path).toEqual([]);
  }
  await page.goto('/jakarta');
  for (const act of ['Call', 'Start']) {
    const button = inQueue(page, guest.name).getByRole('button', { name: act });
    await expect(button).not.toHaveAttribute('aria-busy');
    expect((await button.boundingBox())?.height, act).toBeGreaterThanOrEqual(44 - hair);
    await button.tap();
  }
  await inQueue(page, guest.name)
    .getByRole('link', { name: /^Everything for/ })
    .tap();
  await page.getByRole('dialog').getByRole('link', { name: 'Take payment' }).tap();
  const amount = page.getByLabel('Amount received');
  // The panel comes up from below, and its field is somewhere once it stands still.
  await amount.tap({ trial: true });
  const field = (await amount.boundingBox())!;
  for (const [where, x] of [
    ['the sign of the currency', -20],
    ['the edge', 20],
  ] as const) {
    await amount.evaluate((element) => element.blur());
    await page.touchscreen.tap(field.x + x, field.y + 3);
    await expect(amount, where).toBeFocused();
  }
  await context.close();
});
