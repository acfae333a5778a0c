import { z } from 'zod';

/** A line that a person typed: trimmed, never empty, no control characters. */
export function line(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !/[\p{Cc}]/u.test(text), 'Control characters are not allowed.');
}

/** Several lines that a person typed. */
export function paragraph(max: number) {
  return z.string().trim().max(max);
}

/** What somebody looks for, as it was typed. */
export const SearchText = z.string().trim().normalize('NFC').max(254);

/** The hex of an ObjectId. */
export const IdText = z.string().regex(/^[0-9a-f]{24}$/, 'This is not an id.');

/** Lower case without diacritics, for comparing what people type. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

/** The words of a name as they are searched. */
export function searchWords(name: string): string[] {
  return [
    ...new Set(
      folded(name)
        .split(/[^\p{L}\p{N}]+/u)
        .filter(Boolean),
    ),
  ];
}

/** Makes typed text literal inside a regular expression. */
export function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
