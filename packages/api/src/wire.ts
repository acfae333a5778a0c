// Answers go out in superjson's format, which the typed client reads. superjson itself asks of each value whether it is one of
// twenty kinds, and carries the path to it along: of a day's board that costs more than reading it from the database.
import superjson, { type SuperJSONResult } from 'superjson';
import { plainOf } from './shared/plain.ts';

/** What this package sends, and how it reads what it is sent. */
export const wire = { input: superjson, output: { serialize, deserialize: superjson.deserialize } };

/** A value as superjson would send it; what is neither plain JSON nor a date is left to superjson itself. */
export function serialize(value: unknown): SuperJSONResult {
  return (plainOf(value) as SuperJSONResult | undefined) ?? superjson.serialize(value);
}
