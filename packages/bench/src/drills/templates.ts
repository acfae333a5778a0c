import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { migrations, type Database } from '@paper-circe/core';
import {
  documentedClinic,
  documentedIndexes,
  documentedPractice,
  put,
} from '@paper-circe/core/testing/documented';
import { run } from './child.ts';
import { withDatabase } from './databases.ts';
import type { Templates } from './drill.ts';
import { prepareStorm } from './storm.ts';

const day = 86_400_000;
const bookings = 3_000;

/** Makes what all rounds begin with, in a folder. */
export async function madeTemplates(folder: string): Promise<Templates> {
  const at = (name: string) => join(folder, name);
  const made = {
    root: at('round'),
    clinic: at('clinic.db'),
    backup: at('backup'),
    exported: at('exported'),
    storm: at('storm.db'),
    log: at('log'),
    documented: at('documented.db'),
  };
  await mkdir(made.root, { recursive: true });
  await madeClinic(made.clinic, bookings);
  await run('export', { file: made.clinic, folder: made.exported });
  await run('backup', { file: made.clinic, folder: made.backup });
  await withDatabase(made.storm, async (database) => {
    await migrations.migrate(database);
    await prepareStorm(database);
  });
  await run('quiet', { file: made.storm, folder: made.log });
  await withDatabase(made.documented, documented);
  return made;
}

/** A clinic of two years ago with so many bookings, all but those of its last day due for the archive. */
export async function madeClinic(file: string, bookings: number): Promise<void> {
  await run('grow', { file, folder: String(bookings) }, { aheadMs: -800 * day });
}

/** So many documents of the large collections, in whatever form the documentation allows. */
async function documented({ db }: Database): Promise<void> {
  await documentedIndexes(db);
  const clinic = await documentedClinic(db, 'jakarta', { spelling: 'slug' });
  const { tenantId } = clinic;
  const { booking } = await documentedPractice(db, clinic);
  const some = Array.from({ length: 600 }, (_, n) => n);
  await put(
    db,
    'patients',
    ...some.map((n) => ({ tenantId, name: `Patient ${n}`, phone: `0813 ${10_000_000 + n}` })),
  );
  const startAt = (n: number) => new Date(Date.UTC(2024, 5, 1) + n * 3_600_000);
  await put(
    db,
    'bookings',
    ...some.map((n) => booking({ startAt: startAt(n), status: n % 2 ? 'completed' : 'cancelled' })),
  );
}
