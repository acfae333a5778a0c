/** Who does something: somebody who signed in, a program by its name, or a patient on the public page. */
export type Actor =
  | { readonly kind: 'user'; readonly id: string; readonly name: string; readonly role: string }
  | { readonly kind: 'system'; readonly name: string }
  | { readonly kind: 'public' };
