import { CirceError } from '@paper-circe/core';

/** A row, or a file, that cannot be taken as it is, with where: a field, or a line. */
export function refusal(where: string, message: string): CirceError<'VALIDATION'> {
  return new CirceError('VALIDATION', `${where}: ${message}`, { issues: [{ path: where, message }] });
}
