// What a test of another package needs to stand the API up.
export {
  newAccount,
  newPlatformAccount,
  newStaffedPractice,
  password,
  type Account,
  type StaffedPractice,
} from './accounts.ts';
export { aToken } from './procedures.ts';
export { testServer, type TestServer } from './server.ts';
