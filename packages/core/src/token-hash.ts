import { z } from 'zod';
import { duplicateIndex } from './driver-errors.ts';
import { CirceError } from './errors.ts';

/** The hex of a SHA-256: what is stored of a token, which itself is stored nowhere. */
export const TokenHash = z.string().regex(/^[0-9a-f]{64}$/, 'This is not the hash of a token.');

/**
 * Runs work that keeps something under a token's hash.
 * @param index the unique index of the hash
 * @throws CONFLICT_DUPLICATE when there is something under this hash
 */
export async function orTokenTaken<Result>(index: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (duplicateIndex(error) !== index) throw error;
    throw new CirceError('CONFLICT_DUPLICATE', 'This token is in use.', { field: 'tokenHash' });
  }
}
