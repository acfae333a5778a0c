import { expect, test } from 'vitest';
import { countries, timeZones } from './choices.ts';

test("a zone is found by the first letter of its city, Indonesia's first and then by parts of the world", () => {
  const zones = timeZones('Asia/Jakarta', 'en');
  expect(zones.slice(0, 4).map(({ label }) => label)).toEqual([
    'Jakarta · WIB',
    'Pontianak · WIB',
    'Makassar · WITA',
    'Jayapura · WIT',
  ]);
  expect(zones.find(({ value }) => value === 'Asia/Tokyo')).toMatchObject({
    label: 'Tokyo · GMT+9',
    group: 'Asia',
  });
  expect(zones.find(({ value }) => value === 'America/Argentina/La_Rioja')?.label).toBe(
    'La Rioja, Argentina · GMT-3',
  );
  const labels = zones.map(({ label }) => label);
  expect(labels).toEqual(
    expect.arrayContaining(['Katmandu · GMT+5:45', 'Abidjan · GMT', 'Marquesas · GMT-9:30']),
  );
  expect([...new Set(zones.map(({ group }) => group))]).toEqual([
    'Indonesia',
    'Asia',
    'Oceania',
    'Europe',
    'Africa',
    'Americas',
    'Elsewhere',
  ]);
  expect(new Set(zones.map(({ value }) => value)).size).toBe(zones.length);
  // One that no list has, in whatever spelling it was once stored.
  expect(timeZones('Etc/GMT-7', 'id').find(({ value }) => value === 'Etc/GMT-7')?.group).toBe('Lainnya');
});

test('the countries nearby come before the others, each by its name in the language', () => {
  const all = countries('ID', 'id');
  expect(all.slice(0, 11).map(({ value }) => value)).toEqual('BN PH ID KH LA MY MM SG TH TL VN'.split(' '));
  expect(all[0]?.group).toBe('Asia Tenggara');
  expect(all.find(({ value }) => value === 'JP')).toEqual({
    value: 'JP',
    label: 'Jepang',
    group: 'Negara lain',
  });
});
