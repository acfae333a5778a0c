export { daily, type Daily } from './daily.ts';
export { keep, type Keeping, type Schedule } from './keep.ts';
export { restore, type Restored, type RestoreOptions } from './restore.ts';
export { status, type BackupStatus } from './status.ts';
