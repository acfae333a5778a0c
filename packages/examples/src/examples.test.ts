import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { newStaffedPractice, testServer, type StaffedPractice } from '@paper-circe/api/testing';
import { bookings, patients } from '@paper-circe/core';
import { morning, testDatabase } from '@paper-circe/core/testing';
import { beforeAll, expect, test } from 'vitest';

const db = testDatabase();
const server = testServer(() => ({ database: db.database }));

let practice: StaffedPractice;
beforeAll(async () => {
  practice = await newStaffedPractice(db.database);
});

const program = (name: string) => new URL(`./${name}.ts`, import.meta.url).pathname;
const environment = () => ({
  PATH: process.env['PATH'] ?? '',
  CIRCE_URL: server.url,
  CIRCE_TENANT: practice.slug,
  CIRCE_TOKEN: practice.accounts.staff.token,
});

async function run(name: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [program(name), ...args], {
    env: environment(),
  });
  return stdout.trimEnd().split('\n').filter(Boolean);
}

function book(startAt: string, status: 'pending' | 'confirmed', patient = practice.ayu) {
  const { clinic, facial } = practice;
  return bookings.book(clinic, {
    patientId: patient.id, treatmentId: facial.id, staffId: 'any', startAt: new Date(startAt), source: 'online', status,
  }); // prettier-ignore
}

test('the sweep marks who did not come, tries it first when asked, and does it once', async () => {
  const missed = await book('2026-11-24T03:00:00Z', 'confirmed');
  const open = await book('2026-11-24T04:30:00Z', 'pending');
  const begun = await book('2026-11-24T06:00:00Z', 'confirmed');
  db.clock.now = new Date('2026-11-24T13:30:00Z');
  await bookings.complete(practice.clinic, begun.id);
  const statuses = async () => {
    const now = await bookings.findByIds(practice.clinic, [missed.id, open.id, begun.id]);
    return [missed, open, begun].map(({ id }) => now.find((one) => one.id === id)?.status);
  };
  expect(await run('no-show-sweep', '--dry-run')).toEqual([`2026-11-24 10:00 ${missed.id}: no-show (tried)`]);
  expect(await statuses()).toEqual(['confirmed', 'pending', 'completed']);
  expect(await run('no-show-sweep', '2026-11-24')).toEqual([`2026-11-24 10:00 ${missed.id}: no-show`]);
  expect(await statuses()).toEqual(['no-show', 'pending', 'completed']);
  expect(await run('no-show-sweep', '2026-11-24')).toEqual([]);
  db.clock.now = morning;
});

test('tomorrow comes as CSV that no spreadsheet calculates with', async () => {
  const odd = await patients.register(practice.clinic, { name: '=1+1, "Ayu"', phone: '0812 4444 0001' });
  await book('2026-11-25T03:00:00Z', 'confirmed', odd);
  expect(await run('tomorrow-csv')).toEqual([
    'time,patient,treatment,status,price,paid',
    `10:00,"'=1+1, ""Ayu""",${practice.facial.name},confirmed,${practice.facial.price},0`,
  ]);
});

test('the website shows free times and books one, once for one form', async () => {
  const child = spawn(process.execPath, [program('website'), practice.facial.id, '0'], {
    env: environment(),
  });
  try {
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const url = said.toString().trim();
    const html = await (await fetch(url)).text();
    const [, startAt = ''] = /<option value="([^"]+)"/.exec(html) ?? [];
    const form = { form: 'one-form', name: '<b>Rina</b>', phone: '0812 4444 0002', startAt };
    const send = (fields: Record<string, string>) =>
      fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
    const answers = [await send(form), await send(form)];
    for (const answer of answers) expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('We expect you')]); // prettier-ignore
    const rina = await patients.findByTenantAndPhone(practice.clinic, form.phone);
    const { items } = await bookings.findByPatient(practice.clinic, rina!.id);
    expect(items.map(({ startAt: at }) => at.toISOString())).toEqual([startAt]);
    const refused = await send({ ...form, form: 'another', phone: '1' });
    expect(refused.status).toBe(409);
    const page = await refused.text();
    expect(page).toContain('role="alert"');
    expect(page).not.toContain('<b>');
  } finally {
    child.kill();
  }
});

test('without an environment a program says what it needs', async () => {
  const ended = promisify(execFile)(process.execPath, [program('tomorrow-csv')], { env: {} });
  await expect(ended).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('CIRCE_TOKEN') as string,
  });
});
