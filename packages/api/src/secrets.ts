import { createHash, randomBytes } from 'node:crypto';

/** Something that nobody can guess: 32 random bytes, as hex that an address or a header can carry. */
export function newSecret(): string {
  return randomBytes(32).toString('hex');
}

/** The same with 16 bytes, for an address that is sent in a message: short enough to be read, and beyond guessing. */
export function newShortSecret(): string {
  return randomBytes(16).toString('hex');
}

/** What is stored of a token: it is as good as random, so a fast hash is enough. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
