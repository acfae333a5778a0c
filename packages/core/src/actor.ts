/** Who did something. */
export type Actor =
  | { readonly kind: 'user'; readonly id: string; readonly name: string; readonly role: string }
  | { readonly kind: 'system'; readonly name: string }
  | { readonly kind: 'public' };
