// @paper-circe/core: typed repositories for clinics on one MongoDB database.
//
// Open a database, open a clinic in it, and pass the clinic to whatever you call:
//
//   const database = await openDatabase({ uri });
//   const clinic = await tenants.openTenantBySlug(database, 'jakarta', { kind: 'system', name: 'nightly' });
//   const { items } = await patients.findByTenant(clinic);
export * as apiTokens from './api-tokens/index.ts';
export * as archive from './archive/index.ts';
export * as audit from './public-audit.ts';
export { dryRun, once } from './act.ts';
export type { Actor } from './actor.ts';
export type { AuditEvent } from './audit.ts';
export * as availability from './availability/index.ts';
export * as backups from './backup/index.ts';
export * as bookings from './bookings/index.ts';
export * as byLink from './by-link/index.ts';
export * as checks from './checks/index.ts';
export type { Changes } from './changes.ts';
export { systemClock, type Clock } from './clock.ts';
export * as cluster from './cluster/index.ts';
export * as dayCloses from './day-closes/index.ts';
export { ensureIndexes, isAlive, openDatabase, type Database, type DatabaseOptions } from './database.ts';
export { shownAddress } from './unopened.ts';
export { CirceError, isCirceError, type ErrorCode, type ErrorDetails, type SlotReason } from './errors.ts';
export { examples } from './examples.ts';
export { FirewallError } from './firewall.ts';
export * as me from './me/index.ts';
export { load, type Load } from './load.ts';
export * as migrations from './migrations/index.ts';
export type { RowOutcome } from './outcomes.ts';
export { every, Page, type Paged } from './page.ts';
export { validation } from './parsed.ts';
export * as moves from './move/index.ts';
export * as patients from './patients/index.ts';
export * as publicPage from './public-page/index.ts';
export * as queue from './queue/index.ts';
export * as reports from './reports/index.ts';
export { Seen } from './revision.ts';
export * as quotas from './quotas.ts';
export * as sessions from './sessions/index.ts';
export * as staff from './staff/index.ts';
export { actingAs, onCommit, type TenantScope } from './tenancy.ts';
export * as tenants from './tenants/index.ts';
export { IdText } from './text.ts';
export { addDays, instantAt, isTimeZone, LocalDate, localDate, localTime } from './time.ts';
export * as transfer from './transfer/index.ts';
export * as treatments from './treatments/index.ts';
export * as users from './users/index.ts';
