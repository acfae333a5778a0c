import type { z } from 'zod';
import { CirceError } from './errors.ts';

/**
 * Reads input at the place where it enters core.
 * @throws VALIDATION with the path and the message of every issue
 */
export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw validation(result.error);
}

/** What zod found, as the error of the closed list: for callers who read input with core's schemas themselves. */
export function validation(error: z.ZodError): CirceError<'VALIDATION'> {
  const issues = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const first = issues[0];
  const message = first ? `${first.path || 'input'}: ${first.message}` : 'This is not valid.';
  return new CirceError('VALIDATION', message, { issues });
}
