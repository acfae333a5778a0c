import { CirceError, isCirceError } from '../errors.ts';

/** What became of taking a time, without the ids of whoever else's bookings were in the way. */
export async function withoutOthers<Result>(taking: Promise<Result>): Promise<Result> {
  try {
    return await taking;
  } catch (error) {
    if (!isCirceError(error, 'CONFLICT_SLOT')) throw error;
    const codes = new Set(error.details.reasons.map(({ code }) => code));
    throw new CirceError('CONFLICT_SLOT', error.message, { reasons: [...codes].map((code) => ({ code })) });
  }
}
