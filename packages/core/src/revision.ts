import { z } from 'zod';

/** The revision that the caller saw; without it the last writer wins. */
export const Revision = z.int().min(1).optional();

/** What an act that takes nothing else is told of its document. */
export const Seen = z.strictObject({ revision: Revision });
export type Seen = z.input<typeof Seen>;
