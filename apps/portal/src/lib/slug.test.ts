import { globSync } from 'node:fs';
import { join } from 'node:path';
import { reservedSlugs } from '@paper-circe/api/shared';
import { expect, test } from 'vitest';
import { slugOf } from './slug.ts';

test.each([
  ['Klinik Melati, Ubud', 'klinik-melati-ubud'],
  ['  Beauté & Spa №1 ', 'beaute-spa-1'],
  ['Klinik Kecantikan dan Perawatan Kulit Bunga Melati', 'klinik-kecantikan-dan-perawatan-kulit-bu'],
  ['美容', ''],
  ['', ''],
])('%j is %j in an address', (name, slug) => expect(slugOf(name)).toBe(slug));

test('no clinic can be called what a page is called', () => {
  const routes = join(import.meta.dirname, '..', 'routes');
  const words = globSync('**/+{page.svelte,server.ts}', { cwd: routes }).flatMap((route) => {
    const [word = ''] = route.split('/').filter((part) => !part.startsWith('('));
    return /^[a-z]/.test(word) ? [word] : [];
  });
  expect(new Set(words).size).toBeGreaterThan(8);
  expect([...new Set(words)].filter((word) => !reservedSlugs.has(word))).toEqual([]);
});
