// Saving a form over a revision that somebody may have changed meanwhile.
import { failureOf } from '@paper-circe/api';
import { z } from 'zod';
import { rebased, type Filled, type Theirs } from '#lib/rebase.ts';
import { revisionOf, sane, textOf } from './form.ts';

/** The form as it was when it was opened, which it carries along as JSON in its field `was`. */
const Was = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'This is no JSON.' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.union([z.string(), z.array(z.string())])));

export interface Refusal<Form> {
  readonly thrown: unknown;
  /** What the form shows next: as it was typed, with what somebody else wrote where nothing was typed. */
  readonly filled: Form;
  readonly theirs: readonly Theirs[];
}

type Outcome<Form, Saved> =
  | { readonly after: Saved; readonly refusal?: undefined }
  | { readonly refusal: Refusal<Form>; readonly after?: undefined };

/**
 * Saves a form with the revision it was opened at. When somebody else has changed meanwhile only what this form does
 * not show, it is saved all the same.
 * @param now the record as it is, as this form would be opened with it
 * @returns what was saved, or why not
 */
export async function saved<Form extends Filled, Saved>(
  form: FormData,
  typed: Form,
  save: (revision: number | undefined) => Promise<Saved>,
  now: () => Promise<{ readonly revision: number; readonly filled: Form }>,
): Promise<Outcome<Form, Saved>> {
  const was = sane(Was, textOf(form, 'was'));
  const attempt = async (revision: number | undefined): Promise<Outcome<Form, Saved>> => {
    try {
      return { after: await save(revision) };
    } catch (thrown) {
      if (failureOf(thrown)?.code !== 'STALE') return { refusal: { thrown, filled: typed, theirs: [] } };
      const current = await now();
      const before = { ...current.filled, ...was };
      const { filled, theirs } = rebased(typed, before, current.filled);
      return theirs.length > 0 ? { refusal: { thrown, filled, theirs } } : attempt(current.revision);
    }
  };
  return attempt(revisionOf(form).revision);
}
