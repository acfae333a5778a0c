import { accessibilityProblems, expect, looks, test } from '../test.ts';

const titles = { id: 'Komponen', en: 'Components' } as const;

for (const { language, colorScheme } of looks)
  for (const path of [
    '/components',
    '/components?primary=%23ffff00&secondary=%23000000',
    '/components/frame',
    '/components/desk',
    '/components/states',
    '/components/patients',
    '/components/patients?visit',
    '/components/settings',
  ])
    test(`${path} is readable by everyone, in ${language} and ${colorScheme}`, async ({
      page,
      language: speak,
    }) => {
      await speak(language);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(path);
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      if (path === '/components')
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(titles[language]);
      expect(await accessibilityProblems(page)).toEqual([]);
    });

test('the language of the browser decides until the switch does', async ({ browser, product }) => {
  const english = await browser.newContext({ locale: 'en-GB', baseURL: product.url });
  const page = await english.newPage();
  await page.goto('/components');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: 'Bahasa Indonesia' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'id');
  await expect(page).toHaveURL('/components');
  await english.close();
});

test('the language switch works without script', async ({ browser, product }) => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    locale: 'id-ID',
    baseURL: product.url,
  });
  const page = await context.newPage();
  await page.goto('/components?primary=%23123456');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Components');
  await expect(page).toHaveURL('/components?primary=%23123456');
  await context.close();
});

test('a patient is found and chosen with the keyboard alone', async ({ page, language }) => {
  await language('en');
  await page.goto('/components', { waitUntil: 'networkidle' });
  const box = page.getByRole('combobox', { name: 'Find a patient' });
  await box.pressSequentially('ayu');
  const results = page.getByRole('listbox').getByRole('option');
  await expect(results).toHaveText([/Ayu Wulandari/, /Ayu Lestari/, 'Register “ayu”']);
  await box.press('ArrowDown');
  await expect(page.getByRole('option', { name: 'Ayu Lestari' })).toHaveAttribute('aria-selected', 'true');
  await box.press('Enter');
  await expect(page.getByText('Chosen: Ayu Lestari')).toBeVisible();
  await expect(box).toHaveAttribute('aria-expanded', 'false');
  await box.fill('nobody');
  await expect(results).toHaveText(['Register “nobody”']);
  await box.press('Escape');
  await expect(page.getByRole('listbox')).toBeHidden();
});

test('a row that was chosen by a key stays chosen when the answer comes, and is taken before it does', async ({
  page,
  language,
}) => {
  await language('en');
  await page.goto('/components', { waitUntil: 'networkidle' });
  const box = page.getByRole('combobox', { name: 'Find a patient' });
  const lestari = page.getByRole('option', { name: 'Ayu Lestari' });
  await box.pressSequentially('ay');
  await expect(lestari).toBeVisible();
  await box.press('u');
  await box.press('ArrowDown');
  await expect(page.getByRole('option', { name: 'Register “ayu”' })).toBeVisible();
  await expect(box.locator('..').locator('.animate-turn')).toBeHidden();
  await expect(lestari).toHaveAttribute('aria-selected', 'true');
  await box.press('End');
  await box.press('Backspace');
  await box.press('End');
  await box.press('Enter');
  await expect(page.getByText('Chosen: ay', { exact: true })).toBeVisible();
  await box.fill('ay');
  await expect(lestari).toBeVisible();
  await box.press('u');
  await box.press('ArrowDown');
  await box.press('Enter');
  await expect(page.getByText('Chosen: Ayu Lestari')).toBeVisible();
});

test('what is chosen or typed before the script is here stays', async ({ page, language }) => {
  await language('en');
  const typed = Promise.withResolvers<void>();
  await page.route('**/*.js', async (route) => {
    await typed.promise;
    await route.continue();
  });
  await page.goto('/components', { waitUntil: 'commit' });
  const select = page.getByRole('combobox', { name: 'Treatment', exact: true });
  await select.selectOption('Laser Rejuvenation');
  await page.getByLabel('Phone number', { exact: true }).fill('0813');
  typed.resolve();
  const box = page.getByRole('combobox', { name: 'Find a patient' });
  await expect(async () => {
    await box.fill('');
    await box.pressSequentially('ayu');
    await expect(page.getByRole('option', { name: 'Ayu Lestari' })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(select).toHaveValue('laser');
  await expect(page.getByLabel('Phone number', { exact: true })).toHaveValue('0813');
});

test('a dialog keeps the focus, closes on Escape and gives the focus back', async ({ page, language }) => {
  await language('en');
  await page.goto('/components', { waitUntil: 'networkidle' });
  const opener = page.getByRole('button', { name: 'Open dialog' });
  await opener.click();
  const dialog = page.getByRole('dialog', { name: 'Cancel this booking?' });
  await expect(dialog).toBeVisible();
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
});

test('an act can be taken back from its toast', async ({ page, language }) => {
  await language('en');
  await page.goto('/components', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'With undo' }).click();
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('status').getByText('Undone.')).toBeVisible();
});

test('a toast stays while the focus or the pointer is on it, and gives the focus back', async ({
  page,
  language,
}) => {
  await language('en');
  await page.goto('/components', { waitUntil: 'networkidle' });
  // From here on its clock is ours: what stays for seconds is neither waited for nor gone too soon.
  await page.clock.install();
  const opener = page.getByRole('button', { name: 'With undo' });
  await opener.press('Enter');
  const undo = page.getByRole('status').getByRole('button', { name: 'Undo' });
  await undo.focus();
  await page.keyboard.press('Enter');
  const undone = page.getByRole('status').getByText('Undone.');
  await expect(undone).toBeVisible();
  await expect(opener).toBeFocused();
  const close = page.getByRole('status').getByRole('button', { name: 'Close' });
  await close.focus();
  await page.clock.fastForward(5_500);
  await expect(undone, 'longer than its five seconds').toBeVisible();
  await undone.hover();
  await opener.focus();
  await page.clock.fastForward(5_500);
  await expect(undone, 'for the pointer too').toBeVisible();
  await page.mouse.move(0, 0);
  await page.clock.fastForward(5_500);
  await expect(undone).toBeHidden();

  await opener.press('Enter');
  await close.focus();
  await page.keyboard.press('Enter');
  await expect(undo).toHaveCount(0);
  await expect(opener).toBeFocused();
});

test('every answer carries the headers that guard it', async ({ request }) => {
  const headers = (await request.get('/components')).headers();
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['content-security-policy']).not.toMatch(/unsafe-(inline|eval)/);
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
});
