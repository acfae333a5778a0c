import { z } from 'zod';
import { examples } from './examples.ts';

/** Characters that turn the direction of what follows: a name with one shows as another. */
const turning = /[\u202a-\u202e\u2066-\u2069]/;

/** What most lines are made of. */
const plain = /^[ -~]*$/;

/** Why nobody could have typed a trimmed line, if there is a reason. */
function unfit(text: string): string | undefined {
  if (plain.test(text)) return undefined;
  if (!text.isWellFormed()) return 'This is not text.';
  if (/\p{Cc}/u.test(text) || turning.test(text)) return 'Control characters are not allowed.';
  if (!/[^\p{C}\p{Z}\p{M}\u115f\u1160\u3164\uffa0]/u.test(text)) return 'Nothing can be seen of this.';
  return undefined;
}

/** Control characters but the line break and the tab. */
const unprintable = /(?![\n\t])\p{Cc}/gu;

/**
 * A line that a person typed: trimmed, in the composed form of Unicode, with something to see in it and no control
 * characters.
 */
export function line(max: number) {
  return z
    .string()
    .trim()
    .normalize('NFC')
    .min(1)
    .max(max)
    .superRefine((text, context) => {
      const reason = unfit(text);
      if (reason) context.addIssue(reason);
    });
}

/** Several lines that a person typed. What was pasted along and cannot be seen is left out. */
export function paragraph(max: number) {
  return z
    .string()
    .overwrite((text) =>
      text.replace(/\r\n?/g, '\n').replace(unprintable, '').toWellFormed().normalize('NFC').trim(),
    )
    .max(max);
}

/** What somebody looks for, as it was typed; a mark stands for what is in no text that is stored. */
export const SearchText = z
  .string()
  .overwrite((text) => text.replace(/(?!\s)\p{Cc}/gu, '\ufffd').toWellFormed())
  .trim()
  .normalize('NFC')
  .max(254);

/** An address as it is stored and compared: lower case. */
export const Email = z.string().trim().toLowerCase().pipe(z.email().max(254));

/** What cannot be seen in an address, or turns what is seen: browsers drop some of it and write the rest as %. */
const unseen = /[\p{C}\p{Zl}\p{Zp}]/u;

/** Whether an address has a name, and perhaps a password, before its host. Readers of addresses take any number of slashes. */
export function namesSomebody(address: string): boolean {
  return /^\s*[a-z]+:[/\\]+[^/\\?#]*@/i.test(address);
}

/**
 * Where something is on the web. It goes where it says, and says so to whoever reads it: `https://bank.example@evil.example`
 * does not, and a password would be shown to everybody who is shown the picture.
 */
export const WebAddress = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((address) => !unseen.test(address), 'Write an address of characters that can be seen.')
  .refine(
    (address) => !namesSomebody(address),
    'Write an address without a name or a password before its host.',
  );

/** A language that the clinic's texts are in. */
export const Locale = z.enum(['id', 'en']);
export type Locale = z.infer<typeof Locale>;

const anId = `Write an id, such as ${examples.id}.`;

/** The hex of an ObjectId. */
export const IdText = z.string(anId).regex(/^[0-9a-f]{24}$/, anId);

/** What is neither composed nor a letter of more than one spelling: most of what is typed here. */
const ascii = /^[\0-\x7f]*$/;

/** Lower case without diacritics, for comparing what people type. */
export function folded(text: string): string {
  if (ascii.test(text)) return text.toLowerCase().trim();
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
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
