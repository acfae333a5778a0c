import { validation } from '@paper-circe/core';
import type { z } from 'zod';

/**
 * Reads a row with the schema that the server reads it with.
 * @throws VALIDATION
 */
export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw validation(result.error, input);
}
