import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readEnvironment, start } from './installation.ts';

test('without settings the embedded database lies in .circe and gets demo data when it is empty', () => {
  expect(readEnvironment({})).toEqual({
    data: resolve('.circe'),
    uri: undefined,
    demo: 'when-empty',
    backup: undefined,
    metricsToken: undefined,
    clockOffset: 0,
  });
});

test('a MongoDB never gets demo data', () => {
  expect(readEnvironment({ MONGODB_URI: 'mongodb://db/?replicaSet=rs0' })).toMatchObject({ demo: 'never' });
  expect(readEnvironment({ CIRCE_DEMO: '0' })).toMatchObject({ demo: 'never' });
});

test('backups are made at three in the morning, or at another hour', () => {
  const CIRCE_BACKUP = '/srv/backups';
  expect(readEnvironment({ CIRCE_BACKUP })).toMatchObject({
    backup: { store: { address: '/srv/backups' }, hour: 3 },
  });
  expect(readEnvironment({ CIRCE_BACKUP, CIRCE_BACKUP_HOUR: '0' })).toMatchObject({ backup: { hour: 0 } });
});

test.each([
  ['CIRCE_DATA', { CIRCE_DATA: '' }],
  ['CIRCE_DATA', { CIRCE_DATA: 'a\0b' }],
  ['MONGODB_URI', { MONGODB_URI: 'postgres://db' }],
  ['MONGODB_URI', { MONGODB_URI: '' }],
  ['CIRCE_DEMO', { CIRCE_DEMO: 'yes' }],
  ['CIRCE_DEMO', { CIRCE_DEMO: '1', MONGODB_URI: 'mongodb://db' }],
  ['CIRCE_BACKUP', { CIRCE_BACKUP: ' ' }],
  ['CIRCE_BACKUP', { CIRCE_BACKUP_HOUR: '3' }],
  ['CIRCE_BACKUP_HOUR', { CIRCE_BACKUP: 'a', CIRCE_BACKUP_HOUR: '24' }],
  ['CIRCE_BACKUP_HOUR', { CIRCE_BACKUP: 'a', CIRCE_BACKUP_HOUR: '3:00' }],
  ['CIRCE_METRICS_TOKEN', { CIRCE_METRICS_TOKEN: 'short' }],
  ['CIRCE_METRICS_TOKEN', { CIRCE_METRICS_TOKEN: 'long enough but with spaces' }],
  ['CIRCE_CLOCK', { CIRCE_CLOCK: 'nine' }],
  ['CIRCE_CLOCK', { CIRCE_CLOCK: '2026-11-24T09:00:00' }],
  ['CIRCE_CLOCK', { CIRCE_CLOCK: '2026-11-24T09:00:00+07:00', MONGODB_URI: 'mongodb://db' }],
])('a setting that makes no sense is refused by its name: %s %j', (name, env) => {
  expect(() => readEnvironment(env)).toThrow(name);
});

test(
  'the database has the clock that the clinic has: what is kept for a while is not gone by another one',
  { timeout: 60_000 },
  async () => {
    const data = await mkdtemp(join(tmpdir(), 'circe-clock-'));
    vi.stubEnv('CIRCE_DATA', data);
    vi.stubEnv('CIRCE_DEMO', '0');
    vi.stubEnv('CIRCE_CLOCK', '2031-02-03T09:00:00+07:00');
    const { database, close } = await start();
    const { localTime } = await database.db.admin().command({ hello: 1 });
    expect((localTime as Date).toISOString()).toMatch(/^2031-02-03T0/);
    await close();
    vi.unstubAllEnvs();
    await rm(data, { recursive: true });
  },
);
