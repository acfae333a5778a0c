export { add } from './add.ts';
export { deactivate, reactivate } from './deactivate.ts';
export { findByEmailAndTenant, findByTenant, findWithPassword, get } from './read.ts';
export { Email, NewUser, Role, type StoredUser, type User, UserId } from './schema.ts';
export { changeRole, NewPasswordHash, NewRole, setPassword, update, UserChanges } from './update.ts';
