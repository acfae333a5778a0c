import type { Browser, BrowserContext, Locator, Page } from 'playwright/test';
import { call, desk, read } from '../desk.ts';
import type { Product } from '../server.ts';
import { accessibilityProblems, expect, looks, open, test } from '../test.ts';

/** Days that nobody has booked yet, one for each test: whatever lies there is the test's own. */
const empty = ['2027-01-05', '2027-01-06', '2027-01-07', '2027-01-08', '2027-01-12', '2027-01-13'] as const;

interface Slot {
  startAt: string;
  staffIds: string[];
}

let people = 0;

/** An instant so many minutes later. */
const later = (at: string | undefined, minutes: number) =>
  new Date(Date.parse(at ?? '') + minutes * 60_000).toISOString();

async function newPatient(context: BrowserContext) {
  people += 1;
  const letter = 'ABCDEFGHIJ'[people] ?? '';
  const name = `Tamu Kalender ${letter}`;
  const phone = `+62897${String(test.info().workerIndex).padStart(3, '0')}${String(people).padStart(5, '0')}`;
  const { id } = await call<{ id: string }>(context, 'patients.register', { name, phone });
  return { id, name };
}

/** Everything that is free for one treatment on a day. */
async function freeOn(context: BrowserContext, date: string) {
  const { items } = await read<{ items: { id: string; name: string }[] }>(context, 'treatments.findByTenant');
  const treatmentId = items.find(({ name }) => name === 'Facial Express')?.id ?? '';
  const [day] = await read<{ slots: Slot[] }[]>(context, 'availability.search', {
    treatmentId,
    from: date,
    stepMin: 30,
  });
  return { treatmentId, slots: day?.slots ?? [] };
}

async function book(context: BrowserContext, treatmentId: string, startAt: string, staffId: string) {
  const patient = await newPatient(context);
  const { id } = await call<{ id: string }>(
    context,
    'bookings.book',
    { patientId: patient.id, treatmentId, staffId, startAt, source: 'online' },
    { startAt: ['Date'] },
  );
  return { id, name: patient.name, patientId: patient.id };
}

/** A booking of an empty day, and a time of somebody else to which it can go. */
async function scene(context: BrowserContext, date: string) {
  const { treatmentId, slots } = await freeOn(context, date);
  const from = slots.find(({ staffIds }) => staffIds.length > 1);
  const [own = '', other = ''] = from?.staffIds ?? [];
  const later = Date.parse(from?.startAt ?? '') + 90 * 60_000;
  const to = slots.find((slot) => Date.parse(slot.startAt) >= later && slot.staffIds.includes(other));
  const booking = await book(context, treatmentId, from?.startAt ?? '', own);
  return { treatmentId, booking, own, other, to: to?.startAt ?? '' };
}

/** High and wide enough that nothing has to be scrolled to. */
const bigDesk = (browser: Browser, product: Product) =>
  desk(browser, product, { viewport: { width: 2400, height: 1700 } });

const column = (page: Page, date: string, staffId: string) =>
  page.locator(`[data-track='${date} ${staffId}']`);
const block = (page: Page, id: string) => page.locator(`[data-entry='${id}']`);
const freeTime = (page: Page, date: string, staffId: string, at: string) =>
  page.locator(`[data-cal='${date} ${staffId} ${Date.parse(at)}']`);
const inHand = (page: Page) => page.getByRole('status').filter({ hasText: 'Esc puts it back' });

/** When a booking ends, by the clinic's clock. */
const endOf = async (page: Page, id: string) =>
  /until (\d\d:\d\d)/.exec((await block(page, id).textContent()) ?? '')?.[1] ?? '';

/** The place of a booking's lower edge. */
async function edgeOf(page: Page, id: string) {
  const box = await block(page, id).boundingBox();
  if (!box) throw new Error('The booking is not on the screen');
  return { x: box.x + box.width / 2, y: box.y + box.height - 3 };
}

/** So many pixels are five minutes. */
const tickPx = 8;

/** Takes a booking by its lower edge and holds that so many minutes later. */
async function stretch(page: Page, id: string, minutes: number) {
  const { x, y } = await edgeOf(page, id);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + (minutes / 5) * tickPx, { steps: 3 });
}

/** A finger: down, moved, up. */
async function fingerOf(page: Page) {
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  return {
    down: (x: number, y: number) => touch('touchStart', [{ x, y }]),
    move: (x: number, y: number) => touch('touchMove', [{ x, y }]),
    up: () => touch('touchEnd', []),
  };
}

/** Takes a booking at its upper edge and holds it over a time, without letting go. */
async function carry(page: Page, what: Locator, over: Locator) {
  const [from, to] = [await what.boundingBox(), await over.boundingBox()];
  if (!from || !to) throw new Error('What is dragged, or where to, is not on the screen');
  await page.mouse.move(from.x + 30, from.y + 6);
  await page.mouse.down();
  await page.mouse.move(to.x + 30, to.y + 6, { steps: 4 });
}

test('a booking is dragged to another time and person, another desk sees it, and it is undone', async ({
  browser,
  product,
}) => {
  const date = empty[0];
  const [one, two] = [await bigDesk(browser, product), await bigDesk(browser, product)];
  const { booking, own, other, to } = await scene(one.context, date);
  for (const { page } of [one, two]) await open(page, `/jakarta/calendar?date=${date}`);
  await carry(one.page, block(one.page, booking.id), freeTime(one.page, date, other, to));
  await expect(inHand(one.page)).toContainText('Free');
  await one.page.mouse.up();
  for (const { page } of [one, two])
    await expect(column(page, date, other).locator(`[data-entry='${booking.id}']`)).toBeVisible();
  const done = one.page.getByRole('status').filter({ hasText: `${booking.name} moved to` });
  await done.getByRole('button', { name: 'Undo' }).click();
  for (const { page } of [one, two])
    await expect(column(page, date, own).locator(`[data-entry='${booking.id}']`)).toBeVisible();
  await one.context.close();
  await two.context.close();
});

test('a booking is pulled longer by its lower edge, its visit gives way, and an administrator goes over a rule', async ({
  browser,
  product,
}) => {
  const date = empty[4];
  const { context, page } = await bigDesk(browser, product);
  const { treatmentId, slots } = await freeOn(context, date);
  const from = slots.find(({ staffIds }) => staffIds.length > 1);
  const [own = '', other = ''] = from?.staffIds ?? [];
  const patient = await newPatient(context);
  const steps = [own, other].map((staffId) => ({ treatmentId, staffId }));
  const visit = { patientId: patient.id, source: 'online', startAt: from?.startAt, steps };
  const [first, second] = await call<{ id: string; endAt: string }[]>(context, 'bookings.bookVisit', visit, {
    startAt: ['Date'],
  });
  const [one, two] = [first?.id ?? '', second?.id ?? ''];
  const next = await book(context, treatmentId, later(first?.endAt, 60), own);
  await open(page, `/jakarta/calendar?date=${date}`);
  await expect(block(page, one)).toContainText('1/2');
  const [before, start] = [await endOf(page, one), block(page, two).locator('.figures').first()];
  const began = await start.innerText();
  await stretch(page, one, 15);
  await expect(inHand(page)).toContainText('Then later: Facial Express');
  await page.mouse.up();
  const done = page.getByRole('status').filter({ hasText: `${patient.name} now until` });
  await expect(start).not.toHaveText(began);
  await done.getByRole('button', { name: 'Undo' }).click();
  await expect(start).toHaveText(began);
  expect(await endOf(page, one)).toBe(before);

  await stretch(page, one, 75);
  await expect(inHand(page)).toContainText(`${next.name} is booked`);
  await expect(inHand(page)).toContainText('An administrator can');
  await page.mouse.up();
  await expect(page.getByRole('status').filter({ hasText: `${patient.name}, Duration:` })).toBeVisible();
  await context.close();

  const admin = await desk(browser, product, {
    email: 'admin@jakarta.demo',
    viewport: { width: 2400, height: 1700 },
  });
  await open(admin.page, `/jakarta/calendar?date=${date}`);
  await stretch(admin.page, one, 75);
  await expect(inHand(admin.page)).toContainText('Let go here to give the reason');
  await admin.page.mouse.up();
  const dialog = admin.page.getByRole('dialog', { name: 'Booking over a rule' });
  await expect(dialog.getByLabel('Reason')).toBeFocused();
  expect(await accessibilityProblems(admin.page)).toEqual([]);
  await dialog.getByLabel('Reason').fill('Agreed by phone');
  await admin.page.keyboard.press('Enter');
  await expect(block(admin.page, one).getByText('Agreed by phone')).toBeAttached();
  await admin.context.close();
});

test('on a phone a finger that rests on a booking moves it, and by its lower edge makes it longer', async ({
  browser,
  product,
}) => {
  const date = empty[5];
  const { context, page } = await desk(browser, product, {
    viewport: { width: 360, height: 780 },
    hasTouch: true,
    isMobile: true,
  });
  const { booking, own } = await scene(context, date);
  await open(page, `/jakarta/calendar?date=${date}&staff=${own}`);
  const finger = await fingerOf(page);
  const box = await block(page, booking.id).boundingBox();
  const [x, y] = [(box?.x ?? 0) + 40, (box?.y ?? 0) + 6];
  const before = await endOf(page, booking.id);
  await finger.down(x, y);
  await expect(page.locator('[data-held]')).toBeVisible();
  await finger.move(x, y + 12 * tickPx);
  const hand = page.getByText('Free. Put it down here.');
  await expect(hand).toBeVisible();
  await finger.up();
  await expect(page.getByRole('status').filter({ hasText: `${booking.name} moved to` })).toBeVisible();
  const moved = await endOf(page, booking.id);
  expect(moved).not.toBe(before);

  const edge = await edgeOf(page, booking.id);
  await finger.down(edge.x, edge.y);
  await expect(page.locator('[data-held]')).toBeVisible();
  await finger.move(edge.x, edge.y + 3 * tickPx);
  await expect(hand).toBeVisible();
  await finger.up();
  await expect(page.getByRole('status').filter({ hasText: `${booking.name} now until` })).toBeVisible();
  expect(await endOf(page, booking.id)).not.toBe(moved);
  await context.close();
});

test('what is in the way is said before a booking is let go, and one that is refused goes back', async ({
  browser,
  product,
}) => {
  const date = empty[1];
  const { context, page } = await bigDesk(browser, product);
  const { treatmentId, booking, own, other, to } = await scene(context, date);
  const there = await book(context, treatmentId, to, other);
  await open(page, `/jakarta/calendar?date=${date}`);
  await carry(page, block(page, booking.id), block(page, there.id));
  await expect(inHand(page)).toContainText(`${there.name} is booked`);
  await page.mouse.up();
  await expect(page.getByRole('status').filter({ hasText: `${booking.name}, Move:` })).toContainText(
    there.name,
  );
  await expect(column(page, date, own).locator(`[data-entry='${booking.id}']`)).toBeVisible();

  // Free when it was let go, and taken by another desk before it arrived.
  const { slots } = await freeOn(context, date);
  const last = slots.findLast(({ staffIds }) => staffIds.includes(other))?.startAt ?? '';
  await page.route('**/bookings.reschedule**', async (route) => {
    await book(context, treatmentId, last, other);
    await route.continue();
  });
  await carry(page, block(page, booking.id), freeTime(page, date, other, last));
  await expect(inHand(page)).toContainText('Free');
  await page.mouse.up();
  await expect(page.getByRole('status').filter({ hasText: 'another booking' })).toContainText(booking.name);
  await expect(column(page, date, own).locator(`[data-entry='${booking.id}']`)).toBeVisible();
  await context.close();
});

test('everything goes by key: there, between bookings and free times, a move, a new booking', async ({
  browser,
  product,
}) => {
  const date = empty[2];
  const { context, page } = await desk(browser, product);
  const { booking, own } = await scene(context, date);
  await open(page, '/jakarta');
  await page.keyboard.press('e');
  await expect(page).toHaveURL('/jakarta/calendar');
  await expect(page.getByRole('heading', { name: 'Calendar: Today' })).toBeVisible();
  await page.keyboard.press('2');
  await expect(page.getByRole('region', { name: 'Week' })).toBeVisible();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page).toHaveURL(/date=2026-12-01/);
  await page.keyboard.press('0');
  await expect(page).not.toHaveURL(/date=/);

  await open(page, `/jakarta/calendar?date=${date}`);
  await page.keyboard.press('ArrowDown');
  await expect(block(page, booking.id)).toBeFocused();
  const before = await block(page, booking.id).locator('.figures').innerText();
  await page.keyboard.press('m');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(inHand(page)).toContainText('Free');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: `${booking.name} moved to` })).toBeVisible();
  await expect(block(page, booking.id)).toBeFocused();
  await expect(block(page, booking.id).locator('.figures')).not.toHaveText(before);
  await page.keyboard.press('m');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Escape');
  await expect(inHand(page)).toHaveCount(0);
  const end = await endOf(page, booking.id);
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(inHand(page)).toContainText('Free');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: `${booking.name} now until` })).toBeVisible();
  await expect(block(page, booking.id)).toBeFocused();
  expect(await endOf(page, booking.id)).not.toBe(end);

  await page.keyboard.press('ArrowDown');
  const time = page.locator(':focus');
  await expect(time).toHaveAccessibleName(/^Book \d\d:\d\d with /);
  const at = /\d\d:\d\d/.exec((await time.getAttribute('aria-label')) ?? '')?.[0] ?? '';
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/jakarta/book?date=${date}&time=${encodeURIComponent(at)}&staff=${own}`);
  await page.goto(`${page.url()}&patient=${booking.patientId}`);
  await page.getByRole('link', { name: /^Facial Express/ }).click();
  await expect(page.getByRole('heading', { name: 'Check and save' })).toBeAttached();
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({ date, time: at, staff: own });
  await context.close();
});

test('without script the calendar is read and turned by links, one column at a time on a phone', async ({
  browser,
  product,
}) => {
  const date = empty[3];
  const { context, page } = await desk(browser, product, {
    javaScriptEnabled: false,
    viewport: { width: 360, height: 780 },
  });
  const { booking, other, to } = await scene(context, date);
  const { items } = await read<{ items: { id: string; name: string }[] }>(context, 'staff.findByTenant');
  const name = items.find(({ id }) => id === other)?.name ?? '';
  await page.goto('/jakarta/calendar?date=2027-01-07');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide, 'with the button that stands in for the script').toBe(360);
  await page.getByRole('link', { name: 'Later' }).click();
  await expect(page).toHaveURL(`/jakarta/calendar?date=${date}`);
  await page.getByRole('navigation', { name: 'Whose calendar' }).getByRole('link', { name }).click();
  await expect(page.locator('[data-track]').filter({ visible: true })).toHaveCount(1);
  await expect(freeTime(page, date, other, to)).toHaveAttribute(
    'href',
    /\/jakarta\/book\?date=2027-01-08&time=/,
  );
  await page.getByRole('link', { name: 'List', exact: true }).click();
  // On paper it is read on another day, and by whoever finds it.
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('heading', { level: 1, name: /8 January 2027 · Klinik Melati Jakarta$/ })).toBeVisible(); // prettier-ignore
  await page.emulateMedia({ media: null });
  await page.getByRole('link', { name: booking.name }).click();
  await expect(page).toHaveURL(`/jakarta/bookings/${booking.id}`);
  await page.getByRole('link', { name: 'Duration' }).click();
  await page.getByLabel('Minutes').fill('480');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('cannot be taken');
  await page.getByLabel('Minutes').fill('20');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(`/jakarta/bookings/${booking.id}`);
  await expect(page.getByText(/^Now until \d\d:\d\d/)).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByRole('definition').filter({ hasText: '30 mins' })).toBeVisible();
  await context.close();
});

test('whoever is on leave keeps the place of every day, and is marked', async ({ browser, product }) => {
  const { context, page } = await desk(browser, product);
  await page.goto('/jakarta/calendar?date=2026-11-30');
  const names = await page
    .getByRole('region', { name: 'The bookings by time' })
    .locator('header')
    .getByRole('link')
    .locator('.font-medium.truncate')
    .allInnerTexts();
  expect(names.length).toBeGreaterThan(5);
  expect(names).toEqual(names.toSorted());
  const away = page.locator('section').filter({ has: page.locator('header', { hasText: 'On leave' }) });
  await expect(away).toHaveCount(1);
  await expect(away, 'not at the end').not.toHaveAttribute('aria-label', new RegExp(names.at(-1) ?? ''));
  await context.close();
});

test('a sheet of A4 takes the list as a table', async ({ browser, product }) => {
  const { context, page } = await desk(browser, product);
  await page.goto('/jakarta/calendar?view=list');
  // Between the margins, 19 cm.
  await page.setViewportSize({ width: 718, height: 1000 });
  await page.emulateMedia({ media: 'print' });
  const list = page.getByRole('table');
  await expect(list.getByRole('columnheader', { name: 'Patient' })).toBeVisible();
  const rows = await list.locator('tbody tr').evaluateAll((all) => all.map((row) => row.clientHeight));
  expect(rows.reduce((sum, height) => sum + height, 0) / rows.length, 'as high as its lines').toBeLessThan(
    70,
  );
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(718);
  const apart = await list.locator('[data-standing]:has(> :nth-child(2))').evaluateAll((all) =>
    all.map(({ children: [one, other] }) => {
      const [a, b] = [one!.getBoundingClientRect(), other!.getBoundingClientRect()];
      return Math.max(b.left - a.right, b.top - a.bottom + 8);
    }),
  );
  expect(Math.min(...apart, apart.length > 0 ? 8 : 0), 'how it stands and what is paid').toBe(8);
  // The staff beside each other take the long side, and no name is cut.
  await page.goto('/jakarta/calendar');
  await page.setViewportSize({ width: 1062, height: 700 });
  const sheet = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  const [wide = 0, high = 0] = (/\/MediaBox\s*\[\s*0 0 ([\d.]+ [\d.]+)/.exec(sheet)?.[1] ?? '')
    .split(' ')
    .map(Number);
  expect(wide / high, 'landscape').toBeCloseTo(Math.SQRT2, 1);
  expect(sheet.match(/\/Type\s*\/Page\b/g), 'one sheet').toHaveLength(1);
  const cut = await page
    .getByRole('region', { name: 'The bookings by time' })
    .locator('.font-medium, .font-semibold')
    .evaluateAll((all) =>
      all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent),
    );
  expect(cut).toEqual([]);
  const untold = await page.locator('a[data-entry]').evaluateAll((all) =>
    all.filter((one) => {
      const box = one.getBoundingClientRect();
      const what = one.querySelector('[data-treatment]')?.getBoundingClientRect();
      // Half an hour is higher than this, a quarter has room for a name alone.
      if (box.height < 22) return false;
      return !what || what.height < 5 || what.bottom > box.bottom + 1 || what.left > box.right;
    }),
  );
  expect(untold, 'whoever comes for half an hour comes for something').toHaveLength(0);
  await page.goto('/jakarta/calendar?view=week');
  await expect(
    page.getByRole('heading', { level: 1, name: /29 November 2026 · Klinik Melati Jakarta$/ }),
    'a week on paper says the year and whose it is',
  ).toBeVisible();
  await context.close();
});

test('every view is accessible and fits a phone', async ({ browser, product }) => {
  // The grid is looked at in both, as a day and as somebody's week.
  for (const [index, queries] of [
    ['', '?view=list'],
    ['?view=week', 'week of one'],
  ].entries()) {
    const { context, page } = await desk(browser, product, looks[index]);
    for (const query of queries) {
      await page.setViewportSize({ width: 1440, height: 900 });
      if (query.startsWith('?') || query === '') await page.goto(`/jakarta/calendar${query}`);
      else await page.getByRole('rowheader').getByRole('link').first().click();
      await expect(page.locator('[data-track], tbody').filter({ visible: true }).first()).toBeVisible();
      expect(await accessibilityProblems(page), query).toEqual([]);
      await page.setViewportSize({ width: 360, height: 780 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), query).toBe(360);
    }
    await context.close();
  }
});
