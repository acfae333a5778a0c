// What a clinic's settings are chosen from. Named on the server, so that a browser that knows other names changes nothing.
import { countries as known } from '@paper-circe/api';
import { decimals, zoneName } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Locale } from '#lib/paraglide/runtime.js';

interface Choice {
  value: string;
  label: string;
  group?: string;
}

const indonesian = ['Asia/Jakarta', 'Asia/Pontianak', 'Asia/Makassar', 'Asia/Jayapura'];

/** Every time zone, Indonesia's first; the present one is always among them. */
export function timeZones(present: string): Choice[] {
  const others = new Set([present, ...Intl.supportedValuesOf('timeZone')]).difference(new Set(indonesian));
  return [
    ...indonesian.map((zone) => ({
      value: zone,
      label: `${zoneName(zone)} · ${zone}`,
      group: m.settings_zones_indonesia(),
    })),
    ...[...others].map((zone) => ({ value: zone, label: zone, group: m.settings_zones_other() })),
  ];
}

/** Currencies by code and name, the rupiah first: those whose amounts have no decimals, which no form here reads. */
export function currencies(present: string, locale: Locale): Choice[] {
  const names = new Intl.DisplayNames(locale, { type: 'currency' });
  const whole = Intl.supportedValuesOf('currency').filter((code) => decimals(code) === 0);
  const codes = new Set(['IDR', present, ...whole]);
  return [...codes].map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}

/** Every country whose phone numbers are known, by its name. */
export function countries(present: string, locale: Locale): Choice[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  return [...new Set([present, ...known])]
    .map((code) => ({ value: code, label: names.of(code) ?? code }))
    .sort((a, b) => a.label.localeCompare(b.label, locale));
}
