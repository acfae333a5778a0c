import type { Collection } from 'mongodb';
import type { IndexDefinition } from '../collections.ts';
import type { Database } from '../connection.ts';
import type { Place, Problem } from './migration.ts';

/**
 * What is stored in `migrations`: how far each has got, by its number, the lease, a restore that has not ended, and
 * where the installation is moving to or has moved.
 */
export interface MigrationRow {
  readonly _id: number | 'lease' | 'restore' | 'move';
  readonly name?: string;
  readonly checksum?: string;
  readonly state?: 'running' | 'done';
  readonly place?: Place;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** Documents that it has changed. */
  readonly changed?: number;
  readonly owner?: string;
  readonly until?: Date;
  readonly token?: number;
  /** Of `move`: where to, by which move, and whether it is done; of `restore`: by which move it is filled. */
  readonly to?: string;
  readonly by?: string;
  readonly moved?: boolean;
}

/** What `migrations` says of this database itself, which is true of no copy of it. */
export const rowsOfThePlace = ['lease', 'restore', 'move'] as const satisfies readonly MigrationRow['_id'][];

export function isOfThePlace(id: unknown): boolean {
  return rowsOfThePlace.some((one) => one === id);
}

export interface StoredProblem extends Problem {
  readonly migration: number;
  readonly at: Date;
}

export const migrationProblemIndexes: readonly IndexDefinition[] = [
  { key: { collection: 1, id: 1 }, name: 'migrationProblems_document' },
];

export function migrationsOf(database: Database): Collection<MigrationRow> {
  const { db } = database;
  return db.collection<MigrationRow>('migrations');
}

export function problemsOf(database: Database): Collection<StoredProblem> {
  const { db } = database;
  return db.collection<StoredProblem>('migrationProblems');
}
