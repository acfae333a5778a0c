import type { Database } from '../connection.ts';
import { translated } from '../driver-errors.ts';
import { CirceError } from '../errors.ts';
import { acrossTenants } from '../firewall.ts';
import { all } from './all.ts';
import { migrationsOf, problemsOf, type MigrationRow } from './collection.ts';
import { holder } from '../lease.ts';
import { assertHere } from '../move/note.ts';
import type { Migration } from './migration.ts';

/** How far one migration is. */
export interface MigrationStatus {
  readonly number: number;
  readonly name: string;
  readonly state: 'pending' | 'running' | 'done';
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** Documents that it has changed. */
  readonly changed: number;
  /** What it could not repair and nobody has repaired since. */
  readonly problems: number;
}

/** How far all migrations are, in their order. */
export interface Status {
  readonly migrations: readonly MigrationStatus[];
  /** The process that is migrating now. */
  readonly owner?: string;
}

/**
 * Which migrations this database has behind it.
 * @throws UNAVAILABLE when a newer version has migrated it, a migration has changed since it ran here, or the installation
 * has moved away
 */
export async function status(database: Database): Promise<Status> {
  return acrossTenants('migrations', async () => {
    const rows = await known(all, database);
    const migrations = await Promise.all(
      all.map(async ({ number, name }): Promise<MigrationStatus> => {
        const { state = 'pending', startedAt, finishedAt, changed = 0 } = rows.get(number) ?? {};
        const problems = await problemsOf(database).countDocuments({ migration: number });
        return {
          number,
          name,
          state,
          ...(startedAt && { startedAt }),
          ...(finishedAt && { finishedAt }),
          changed,
          problems,
        };
      }),
    );
    const lease = await holder(database, 'migrations');
    return { migrations, ...(lease && { owner: lease.owner }) };
  });
}

/**
 * What is stored of the migrations, by number.
 * @param halfMove a move away that never came to its end
 * @throws UNAVAILABLE when what ran here is not what these migrations are, or the installation has moved away
 */
export async function known(migrations: readonly Migration[], database: Database, halfMove?: string) {
  const rows = await rowsOf(database, halfMove).catch((error: unknown) => {
    throw translated(error);
  });
  for (const { _id, name, checksum } of rows) {
    if (_id === 'restore') {
      const message = `This database is being filled from ${name}, and that has not ended. Restore or move it once more.`;
      throw new CirceError('UNAVAILABLE', message, {});
    }
    const ours = migrations.find(({ number }) => number === _id);
    if (!ours) {
      const message = `A newer version of Paper Circe has migrated this database (${_id}, ${name}). Install it here too.`;
      throw new CirceError('UNAVAILABLE', message, {});
    }
    if (ours.checksum !== checksum) {
      const message = `Migration ${_id} (${name}) is not the one that ran on this database: its checksum has changed.`;
      throw new CirceError('UNAVAILABLE', message, {});
    }
  }
  return new Map(rows.map((row) => [row._id, row]));
}

/** It is the first that anybody reads: what a database says to a user without rights is met here. */
async function rowsOf(database: Database, halfMove?: string): Promise<MigrationRow[]> {
  await assertHere(database, halfMove);
  return migrationsOf(database)
    .find({ _id: { $nin: ['lease', 'move'] } })
    .toArray();
}
