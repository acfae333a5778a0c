export { add } from './add.ts';
export {
  findAvailableForTreatment,
  findByIds,
  findByTenant,
  findByTenantAndRole,
  findByTenantAndSkill,
  get,
} from './read.ts';
export { NewStaff, StaffId, type Staff } from './schema.ts';
