// Reading what a page was asked for and what a form was filled with.
import { error } from '@sveltejs/kit';
import type { z, ZodType } from 'zod';
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
