// What a clinic's settings are chosen from. Named on the server, so that a browser that knows other names changes nothing.
import { countries as known } from '@paper-circe/api';
import { Temporal } from 'temporal-polyfill';
import { zoneName } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Locale } from '#lib/paraglide/runtime.js';

interface Choice {
  value: string;
  label: string;
  group?: string;
}

const indonesian = ['Asia/Jakarta', 'Asia/Pontianak', 'Asia/Makassar', 'Asia/Jayapura'];

/** The parts of the world by which zones are named, with their numbers of UN M49, by which a language names them. */
const continents: Record<string, string> = {
  Asia: '142',
  Australia: '009',
  Pacific: '009',
  Europe: '150',
  Africa: '002',
  America: '019',
};

/**
 * Every time zone by its city, since that is the letter one types in a list that is open: Indonesia's first, then one
 * part of the world after the other. The present one is always among them.
 */
export function timeZones(present: string, locale: Locale): Choice[] {
  const others = new Set([present, ...Intl.supportedValuesOf('timeZone')]).difference(new Set(indonesian));
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  const sorted = [...others].map((zone) => {
    const group = continents[zone.split('/')[0]!];
    const label = `${cityOf(zone)} · ${offsetOf(zone)}`;
    return { value: zone, label, rank: group ? Object.values(continents).indexOf(group) : Infinity, group };
  });
  sorted.sort((a, b) => (a.rank === b.rank ? a.label.localeCompare(b.label, locale) : a.rank - b.rank));
  return [
    ...indonesian.map((zone) => ({
      value: zone,
      label: `${cityOf(zone)} · ${zoneName(zone)}`,
      group: m.settings_zones_indonesia({}, { locale }),
    })),
    ...sorted.map(({ value, label, group }) => ({
      value,
      label,
      group: (group && names.of(group)) ?? m.settings_zones_other({}, { locale }),
    })),
  ];
}

/** `America/Argentina/La_Rioja` is La Rioja, Argentina. */
const cityOf = (zone: string): string =>
  zone.replaceAll('_', ' ').split('/').slice(1).toReversed().join(', ') || zone;

/** How far a zone is from Greenwich at the moment, such as `GMT+5:30`. */
function offsetOf(timeZone: string): string {
  const { offset } = Temporal.Now.zonedDateTimeISO(timeZone);
  const [, sign = '', hours, minutes] = /^([+-])(\d\d):(\d\d)/.exec(offset) ?? [];
  const least = minutes === '00' ? '' : `:${minutes}`;
  return offset.startsWith('+00:00') ? 'GMT' : `GMT${sign}${Number(hours)}${least}`;
}

/** What no till takes: drawing rights of the IMF, and a unit of account of some states. */
const noMoney = new Set(['XDR', 'XSU']);

/** Currencies by code and name, the rupiah first. */
export function currencies(present: string, locale: Locale): Choice[] {
  const names = new Intl.DisplayNames(locale, { type: 'currency' });
  const codes = new Set(['IDR', present, ...Intl.supportedValuesOf('currency')]).difference(noMoney);
  return [...codes].map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}

/** UN M49's number of South-East Asia, and its countries. */
const nearby = { region: '035', countries: new Set('BN ID KH LA MM MY PH SG TH TL VN'.split(' ')) };

/** Every country whose phone numbers are known, by its name, South-East Asia first. */
export function countries(present: string, locale: Locale): Choice[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  const choices = [...new Set([present, ...known])]
    .map((code) => ({ value: code, label: names.of(code) ?? code }))
    .sort((a, b) => a.label.localeCompare(b.label, locale));
  const grouped = Object.groupBy(choices, ({ value }) => (nearby.countries.has(value) ? 'near' : 'far'));
  const near = names.of(nearby.region) ?? nearby.region;
  return [
    ...(grouped.near ?? []).map((choice) => ({ ...choice, group: near })),
    ...(grouped.far ?? []).map((choice) => ({
      ...choice,
      group: m.settings_countries_other({}, { locale }),
    })),
  ];
}
