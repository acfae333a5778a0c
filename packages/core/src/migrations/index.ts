export { migrate, type Migrated, type MigrateOptions, type Ran } from './migrate.ts';
export type { Problem, Reason } from './migration.ts';
export { status, type MigrationStatus, type Status } from './status.ts';
