// A staff member's forms: how they are filled and read.
import type { Staff } from '@paper-circe/api';
import { hoursOf, weekdays, weekOf, type Week } from '#lib/hours.ts';
import { textOf } from '#lib/server/form.ts';

/** Who somebody is, as it was typed; skills with commas between them. */
export interface TypedStaff extends Record<string, string> {
  name: string;
  role: string;
  skills: string;
}

export function filledWith({ name, role, skills }: Staff): TypedStaff {
  return { name, role, skills: skills.join(', ') };
}

export function typedStaff(form: FormData): TypedStaff {
  return { name: textOf(form, 'name'), role: textOf(form, 'role'), skills: textOf(form, 'skills') };
}

export function staffIn({ name, role, skills }: TypedStaff) {
  const each = skills
    .split(/[,\n]/)
    .map((skill) => skill.trim())
    .filter(Boolean);
  return { name, role, skills: [...new Set(each)] };
}

/** What somebody performs as a form can be compared with another one: each treatment by itself, empty where he does not. */
export function performedText(
  performed: readonly string[],
  all: readonly { readonly id: string }[] = [],
): Record<string, string> {
  const none = Object.fromEntries(all.map(({ id }) => [id, '']));
  return { ...none, ...Object.fromEntries(performed.map((id) => [id, id])) };
}

/** A week as a form can be compared with another one: the hours of each day in one text. */
export function weekText(week: Week): Record<string, string> {
  const hours = hoursOf(week);
  return Object.fromEntries(
    weekdays.map((day) => [
      day,
      hours
        .filter((entry) => entry.startsWith(day))
        .map((entry) => entry.slice(4))
        .join(', '),
    ]),
  );
}

export function weekOfText(text: Readonly<Record<string, string>>): Week {
  return weekOf(
    weekdays.flatMap((day) =>
      (text[day] ?? '')
        .split(', ')
        .filter(Boolean)
        .map((span) => `${day} ${span}`),
    ),
  );
}
