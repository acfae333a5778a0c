import type { Actor, users } from '@paper-circe/core';

/** Somebody who signed in, as the audit names him. */
export function userActor({ id, name, role }: users.User): Actor {
  return { kind: 'user', id, name, role };
}
