// What a cluster distributes. A clinic lies on one shard, so that what it does stays there: its transactions, its unique
// indexes, its lists.
import type { Database } from '../connection.ts';

export const shardKey = { tenantId: 1 } as const;

/** What is done with each collection: distributed by tenant, or kept on one shard, and why. */
export const decisions: Readonly<Record<string, 'distributed' | { readonly stays: string }>> = {
  patients: 'distributed',
  staff: 'distributed',
  treatments: 'distributed',
  bookings: 'distributed',
  bookingsArchive: 'distributed',
  dayCloses: 'distributed',
  images: 'distributed',
  auditEvents: 'distributed',
  counters: 'distributed',
  idempotencyKeys: 'distributed',
  sessions: 'distributed',
  passwordLinks: 'distributed',
  signInAttempts: 'distributed',
  apiTokens: 'distributed',
  users: {
    stays:
      'its documented unique index email_1_tenantId_1 does not begin with tenantId; it has a document for each account',
  },
  tenants: { stays: 'has no tenantId: it is the list of clinics, with unique slugs and domains' },
  imports: { stays: 'is of the installation: a document for each import that is under way' },
  migrations: { stays: 'is of the installation: a document for each migration' },
  migrationProblems: { stays: 'is of the installation: what migrations could not repair' },
  backups: { stays: 'is of the installation: a handful of documents' },
  schedules: { stays: 'is of the installation: a handful of documents' },
};

export const distributed: readonly string[] = Object.keys(decisions).filter(
  (name) => decisions[name] === 'distributed',
);

/** A unique index that a cluster could not enforce, for a document of the same key may lie on another shard. */
export function isUnenforceable({
  key,
  unique,
}: {
  readonly key: object;
  readonly unique?: boolean;
}): boolean {
  const [first] = Object.keys(key);
  return unique === true && first !== '_id' && first !== 'tenantId';
}

export function namespaceOf(database: Database, collection: string): string {
  const { db } = database;
  return `${db.databaseName}.${collection}`;
}
