// What the pages of API tokens have in common: a clinic's, and the platform's.
import type { z } from 'zod';
import { groupsOf } from '#lib/token-scopes.ts';
import { needed, textOf } from './form.ts';

/** For how many days a token can be made. */
const lives = ['7', '30', '90', '365'];

/** What may be chosen from, by the scopes that there are. */
export const choicesOf = ({ options }: { readonly options: readonly string[] }) => ({
  groups: groupsOf(options),
  lives,
});

/** What was typed in the form that makes a token, and the token that it asks for. */
export function tokenIn<Scope extends string>(
  form: FormData,
  scope: z.ZodType<Scope> & { readonly options: readonly Scope[] },
) {
  const access = Object.fromEntries(groupsOf(scope.options).map(({ group }) => [group, textOf(form, group)]));
  const typed = { name: textOf(form, 'name'), days: textOf(form, 'days'), access };
  const wanted = (now: Date) => ({
    name: typed.name,
    scopes: Object.entries(access)
      .filter(([, of]) => of !== '')
      .map(([group, of]) => needed(scope, `${group}:${of}`)),
    expiresAt: new Date(now.getTime() + Number(lives.find((life) => life === typed.days) ?? 90) * 86_400_000),
  });
  return { typed, wanted };
}

/** The token as it is shown once. */
export function shownOnce({ name, token, expiresAt }: { name: string; token?: string; expiresAt: Date }) {
  if (token === undefined) throw new Error('A token that was just made is not in the answer');
  return { name, token, expiresAt };
}
