// Reading what a page was asked for and what a form was filled with.
import { createHash, randomBytes } from 'node:crypto';
import { error } from '@sveltejs/kit';
import { PaymentMethod } from '@paper-circe/api';
import { z, type ZodType } from 'zod';
import { m } from '#lib/paraglide/messages.js';

/** A field as it was typed, without spaces around it; empty when it is not there. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** A password as it was typed: every character of it counts, those at its ends too. */
export function passwordOf(form: FormData, name = 'password'): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** A parameter of an address where it makes sense, and undefined where it does not. */
export function sane<Schema extends ZodType>(schema: Schema, value: unknown): z.output<Schema> | undefined {
  const { data, success } = schema.safeParse(value);
  return success ? data : undefined;
}

/** Where in a list a page begins, by its parameter `cursor`; undefined for the beginning. */
export function cursorIn(url: URL): string | undefined {
  return url.searchParams.get('cursor')?.slice(0, 1000) || undefined;
}

/** What no form of ours would ever send without: anything else is no form of ours. */
export function needed<Schema extends ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { data, success } = schema.safeParse(value);
  if (!success) error(400, m.error_unexpected());
  return data;
}

/** What a path names: anything that cannot be an id is not there. */
export function inPath<Schema extends ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { data, success } = schema.safeParse(value);
  if (!success) error(404, m.error_not_found());
  return data;
}

/** The revision that a form was filled in at, by its hidden field; nothing where it has none. */
export function revisionOf(form: FormData): { revision?: number } {
  const revision = Number(textOf(form, 'revision'));
  return Number.isInteger(revision) && revision > 0 ? { revision } : {};
}

/** How money was taken or given, by the field `method` that such a form always has. */
export const methodOf = (form: FormData): PaymentMethod => needed(PaymentMethod, form.get('method'));

/** A key of its own for a form, in its field `key`. */
export const newKey = () => randomBytes(32).toString('hex');
export const Key = z.string().regex(/^[0-9a-f]{64}$/);

/** A form's own key, with what it says: sent a second time it does nothing more, changed it is another act. */
export function keyOf(form: FormData, said: unknown): string {
  return derived(form, said, 'once').toString('base64url');
}

/** A secret that nobody but who filled in the form can have, the same however often it is sent: 128 bits, as hex. */
export function secretOf(form: FormData, said: unknown): string {
  return derived(form, said, 'secret').subarray(0, 16).toString('hex');
}

function derived(form: FormData, said: unknown, purpose: string): Buffer {
  const key = needed(Key, form.get('key'));
  return createHash('sha256')
    .update(JSON.stringify([purpose, key, said]))
    .digest();
}
