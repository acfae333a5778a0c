export { exportBySlug, exportTenant, type OnProgress, type Transferred } from './export.ts';
export { check, importTenant, ImportTenant, type CheckedFolder } from './import.ts';
