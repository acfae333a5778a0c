export { add } from './add.ts';
export { deactivate, restore } from './deactivate.ts';
export {
  findCategories,
  NewCategoryName,
  PriceListOrder,
  renameCategory,
  reorder,
  type Category,
} from './price-list.ts';
export { findByTenant, findByTenantAndCategory, findByTenantAndStaff, findInactive, get } from './read.ts';
export { NewTreatment, TreatmentId, type Treatment } from './schema.ts';
export { undo } from './undo.ts';
export { TreatmentChanges, update } from './update.ts';
