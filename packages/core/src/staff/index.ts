export { add } from './add.ts';
export { AvatarUpload, getAvatar, uploadAvatar } from './avatar.ts';
export { deactivate, restore } from './deactivate.ts';
export { addTimeOff, Days, removeException, removeTimeOff, setException } from './plan.ts';
export {
  findAvailableForTreatment,
  findByIds,
  findByTenant,
  findByTenantAndRole,
  findByTenantAndSkill,
  findInactive,
  get,
} from './read.ts';
export { NewStaff, StaffId, type Staff } from './schema.ts';
export { PerformedTreatments, setTreatments } from './set-treatments.ts';
export { undo } from './undo.ts';
export { findUncovered } from './uncovered.ts';
export { StaffChanges, update } from './update.ts';
