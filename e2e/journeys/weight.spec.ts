import { gzipSync } from 'node:zlib';
import { desk, read } from '../desk.ts';
import { expect, test } from '../test.ts';

const pages = ['', '?view=staff', '/calendar', '/calendar?view=week', '/book', '/walk-in', '/queue/screen', '/patients', '/patients/new', '/payments', '/reports', '/treatments', '/treatments/new', '/staff', '/staff/new', '/staff/rota', '/settings', '/settings/theme', '/settings/users', '/settings/users/new', '/settings/audit', '/settings/tokens', '/account', '/start']; // prettier-ignore
const limit = 120 * 1024;

test('no page of the clinic asks for more than 120 KB of script, and none for code of the server', async ({
  browser,
  product,
}) => {
  const { context } = await desk(browser, product, { email: 'admin@jakarta.demo' });
  const { request } = context;
  const weigh = async (file: string) => {
    const script = await (await request.get(`/${file}`)).text();
    expect(script, file).not.toMatch(/MongoClient|node:sqlite|argon2/);
    return gzipSync(script).length;
  };
  const weighed = new Map<string, Promise<number>>();
  const weightOf = (file: string) => {
    const known = weighed.get(file) ?? weigh(file);
    weighed.set(file, known);
    return known;
  };
  const one = async (procedure: string) => {
    const { items } = await read<{ items: [{ id: string }] }>(context, `${procedure}.findByTenant`, {
      limit: 1,
    });
    return items[0].id;
  };
  const booking = await one('bookings');
  const member = await one('staff');
  const ids = [`/bookings/${booking}`, `/bookings/${booking}?move=1`, `/patients/${await one('patients')}`, `/staff/${member}`, `/staff/${member}/move`, `/treatments/${await one('treatments')}`, `/settings/users/${await one('users')}`]; // prettier-ignore
  const weights: Record<string, number> = {};
  for (const path of [...pages, ...ids]) {
    const answer = await request.get(`/jakarta${path}`);
    expect(answer.status(), path).toBe(200);
    // A page names every file that its script imports: what it begins with, and what is loaded beside it.
    const named = new Set((await answer.text()).match(/_app\/immutable\/[\w./-]+\.js/g));
    const sizes = await Promise.all([...named].map(weightOf));
    weights[path] = sizes.reduce((sum, size) => sum + size, 0);
  }
  const heavy = Object.entries(weights).filter(([, bytes]) => bytes > limit);
  expect(heavy.map(([path, bytes]) => `${path}: ${(bytes / 1024).toFixed(1)} KB`)).toEqual([]);
  expect(Math.min(...Object.values(weights)), 'scripts were found').toBeGreaterThan(40 * 1024);
  const heaviest = Math.max(...Object.values(weights));
  test.info().annotations.push({ type: 'script', description: `${(heaviest / 1024).toFixed(1)} KB` });
  await context.close();
});
