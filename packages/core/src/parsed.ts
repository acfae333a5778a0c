import type { z } from 'zod';
import { CirceError } from './errors.ts';
import { misfits } from './misfits.ts';

/**
 * Reads input at the place where it enters core.
 * @throws VALIDATION with the path and the message of every issue
 */
export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw validation(result.error, input);
}

/**
 * What zod found, as the error of the closed list: for callers who read input with core's schemas themselves.
 * @param input what was read, so that the messages can say what was given; secrets are never repeated
 */
export function validation(error: z.ZodError, input?: unknown): CirceError<'VALIDATION'> {
  const issues = misfits(error, input);
  const first = issues[0];
  const message = first ? `${first.path || 'input'}: ${first.message}` : 'This is not valid.';
  return new CirceError('VALIDATION', message, { issues });
}
