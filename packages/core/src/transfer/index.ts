export { exportBySlug, exportTenant, type OnProgress, type Transferred } from './export.ts';
export { importTenant, ImportTenant } from './import.ts';
