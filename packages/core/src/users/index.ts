export { add } from './add.ts';
export { deactivate, reactivate } from './deactivate.ts';
export { Invitation, invite } from './invite.ts';
export { allowReset, ChosenPassword, choosePassword, findByLink, NewPasswordLink } from './link.ts';
export type { PasswordLink } from './link-collection.ts';
export { findByEmailAndTenant, findByPatient, findByTenant, findWithPassword, get } from './read.ts';
export { Email, NewUser, Role, type User, UserId, type UserWithPassword } from './schema.ts';
export { countSignIn, forgetSignIns } from './sign-in-attempts.ts';
export { changeRole, NewPasswordHash, NewRole, setPassword, update, UserChanges } from './update.ts';
