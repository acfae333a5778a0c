import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditEvents, recordMany } from '../audit.ts';
import { ensureIndexes } from '../database.ts';
import * as audit from '../public-audit.ts';
import { transact } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import { hashesOf, places, restoredFrom } from '../testing/backups.ts';
import { newClinic } from '../testing/index.ts';
import { daily } from './daily.ts';
import { fileOf, readBackup } from './folder.ts';
import { readLines } from './lines.ts';
import { openStore } from './open-store.ts';
import type { Content, Store } from './store.ts';

const { newFolder, open } = places();
const actor = { kind: 'system', name: 'test' } as const;

/** The same place, which takes no more of a file than its beginning until something has been done. */
function halting(store: Store, file: string, meanwhile: () => Promise<void>): Store {
  const halted = async function* (content: Content) {
    let isBegun = false;
    for await (const chunk of content) {
      yield chunk;
      if (!isBegun) await meanwhile();
      isBegun = true;
    }
  };
  return {
    address: store.address,
    check: () => store.check(),
    keep: (path, content) => store.keep(path, path === file ? halted(content) : content),
    read: (path) => store.read(path),
    has: (path) => store.has(path),
    list: (path) => store.list(path),
    remove: (path) => store.remove(path),
    removeAll: (path) => store.removeAll(path),
    in: (path) => halting(store.in(path), file, meanwhile),
    above: () => store.above(),
  };
}

test('events that are sealed while they are copied are restored once each, as they were sealed', async () => {
  const [database, folder] = [await open(), newFolder()];
  await ensureIndexes(database);
  const clinic = await newClinic(database);
  const sealed = await audit.seal(clinic);
  // So much that nobody can compress, that only a part of it is on its way while nobody takes it.
  const count = 800;
  const record = (length: number) =>
    transact(clinic, (inside) =>
      recordMany(
        inside,
        'patients.see',
        Array.from({ length }, () => ({
          subject: { collection: 'patients', id: randomBytes(12).toString('hex') },
          changes: { note: { to: randomBytes(3_000).toString('base64') } },
        })),
      ),
    );
  await record(count);
  const store = openStore(folder, {});
  const seal = async () => expect(await audit.seal(clinic)).toBe(sealed + count);
  const { name } = await daily(database, actor, halting(store, fileOf(auditEvents.name), seal));

  const { collections } = await readBackup(openStore(join(folder, name), {}));
  const { file } = collections.find((one) => one.name === auditEvents.name)!;
  const copied = await Array.fromAsync(readLines(store.in(name), fileOf(auditEvents.name), file));
  const asSealed = copied.filter((event) => event['sealed'] === true).length - sealed;
  // Some were copied before they were sealed, some after it, or this test has shown nothing.
  expect(asSealed).toBeGreaterThan(0);
  expect(asSealed).toBeLessThan(count);

  const other = await open();
  await restoredFrom(other, folder);
  expect(await hashesOf(other)).toEqual(await hashesOf(database));
  const there = await tenants.openTenant(other, clinic.tenantId, actor);
  expect(await audit.firstBrokenLink(there)).toBeUndefined();
  await transact(there, (inside) =>
    recordMany(inside, 'patients.see', [{ subject: { collection: 'patients', id: 'x' }, changes: {} }]),
  );
  expect(await audit.seal(there)).toBe(sealed + count + 1);
  expect(await audit.firstBrokenLink(there)).toBeUndefined();
});
