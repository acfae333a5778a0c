export { add } from './add.ts';
export { findByTenant, findByTenantAndCategory, findByTenantAndStaff, get } from './read.ts';
export { NewTreatment, TreatmentId, type Treatment } from './schema.ts';
