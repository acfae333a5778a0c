export { add } from './add.ts';
export { findByEmailAndTenant, findByTenant, findWithPassword, get } from './read.ts';
export { Email, NewUser, Role, type StoredUser, type User, UserId } from './schema.ts';
