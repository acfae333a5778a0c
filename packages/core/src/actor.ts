/** Who does something: somebody who signed in, a program by its token or its name, or a patient on the public page. */
export type Actor =
  | { readonly kind: 'user'; readonly id: string; readonly name: string; readonly role: string }
  | { readonly kind: 'token'; readonly id: string; readonly name: string }
  | { readonly kind: 'system'; readonly name: string }
  | { readonly kind: 'public' };

/** Whether somebody comes from outside as a patient does, so that notice, grid and window bind him. */
export function isFromOutside(actor: Actor): boolean {
  return actor.kind === 'public' || (actor.kind === 'user' && actor.role === 'user');
}

const administrators: ReadonlySet<string> = new Set(['admin', 'platform_admin']);

/** Whether somebody may decide what is an administrator's to decide; the system may. */
export function isAdministrator(actor: Actor): boolean {
  return actor.kind === 'system' || (actor.kind === 'user' && administrators.has(actor.role));
}
