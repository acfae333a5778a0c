import { isCirceError } from '../../errors.ts';
import { e164 } from '../../phone.ts';
import { Email } from '../../users/schema.ts';

/** A phone number as we store it, or undefined when it is none. */
export function phoneOf(phone: unknown, country: string): string | undefined {
  if (typeof phone !== 'string' && typeof phone !== 'number') return undefined;
  try {
    return e164(String(phone).trim(), country);
  } catch (error) {
    if (isCirceError(error, 'VALIDATION')) return undefined;
    throw error;
  }
}

/** An address as we store it, or undefined when it is none. */
export function emailOf(email: unknown): string | undefined {
  return Email.safeParse(email).data;
}
