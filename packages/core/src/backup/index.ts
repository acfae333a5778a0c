export { daily, type Daily } from './daily.ts';
export { keep, type Keeping, type Schedule } from './keep.ts';
export type { Made } from './make.ts';
export { openStore, type Environment } from './open-store.ts';
export { newestWithClinic } from './plan.ts';
export type { Pruned } from './prune.ts';
export { check, restore, type Checked, type Restored, type RestoreOptions } from './restore.ts';
export { status, type BackupStatus } from './status.ts';
export type { Content, Store } from './store.ts';
