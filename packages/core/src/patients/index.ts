export { findByIds, findByTenant, findByTenantAndPhone, get, search } from './read.ts';
export { register } from './register.ts';
export { NewPatient, PatientId, type Patient } from './schema.ts';
export { PatientChanges, update } from './update.ts';
export { incrementVisits } from './visits.ts';
