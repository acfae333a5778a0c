import type { Clinic } from './api.ts';

/** What the pages for patients show of a clinic. */
export function publicClinic({ name, slug, logo, theme, timezone, currency, contact }: Clinic) {
  return { name, slug, theme, timezone, currency, contact, ...(logo && { logo }) };
}
