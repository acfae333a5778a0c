import type { User } from '@paper-circe/api';

interface SignIn {
  readonly userId: string;
  readonly at: Date;
}

/** Users as a list shows them, each with since when he is signed in. */
export function listedUsers(users: readonly User[], signedIn: readonly SignIn[]) {
  const since = new Map(signedIn.map(({ userId, at }) => [userId, at]));
  return users.map(({ id, name, email, role, isActive, hasPassword }) => {
    return { id, name, email, role, isActive, hasPassword, since: since.get(id) };
  });
}
