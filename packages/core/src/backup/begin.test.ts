import { startS3 } from '@paper-circe/testing/s3';
import { expect, test } from 'vitest';
import { acrossTenants } from '../firewall.ts';
import { backedUp, hashesOf, places, restoredFrom } from '../testing/backups.ts';
import { begin } from './begin.ts';
import { openStore } from './open-store.ts';

const { newFolder, open } = places();
const moment = new Date('2026-11-24T03:00:00Z');
const kinds = ['folder', 'bucket'] as const;

test.each(kinds)(
  'two backups that are begun in the same millisecond in a %s are both whole',
  async (kind) => {
    await using s3 = await startS3();
    const address = kind === 'folder' ? newFolder() : `s3://${s3.bucket}/circe`;
    const first = await open();
    await acrossTenants('this test', () =>
      first.db.collection('written').insertMany(Array.from({ length: 50 }, (_, n) => ({ n }))),
    );
    const two = [first, await open(first.db.databaseName)].map((one) => ({ ...one, clock: () => moment }));
    const made = await Promise.all(two.map((one) => backedUp(one, address, s3.env)));
    expect(new Set(made.map(({ name }) => name)).size).toBe(2);
    const store = openStore(address, s3.env);
    for (const { name } of made) {
      expect((await store.list(name)).filter((file) => file.startsWith('.begun'))).toEqual([]);
      const other = await open();
      await restoredFrom(other, `${address}/${name}`, {}, s3.env);
      expect(await hashesOf(other)).toEqual(await hashesOf(first));
    }
  },
);

test.each(kinds)('of many that begin at once in a %s no two have one name', async (kind) => {
  await using s3 = await startS3();
  const store = openStore(kind === 'folder' ? newFolder() : `s3://${s3.bucket}/circe`, s3.env);
  const begun = await Promise.all(Array.from({ length: 12 }, () => begin(store, moment)));
  expect(new Set(begun.map(({ name }) => name)).size).toBe(12);
  for (const { name, mark } of begun) expect(await store.list(name)).toEqual([mark]);
});

test('what cannot be listed is no beginning, and leaves no mark', async () => {
  await using s3 = await startS3();
  const store = openStore(`s3://${s3.bucket}/circe`, s3.env);
  s3.fault = (asked) => (asked.startsWith('GET') ? 403 : undefined);
  await expect(begin(store, moment)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(s3.objects.size).toBe(0);
});
