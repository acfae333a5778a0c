import { expect, test } from 'vitest';
import { slugOf } from './slug.ts';

test.each([
  ['Klinik Melati, Ubud', 'klinik-melati-ubud'],
  ['  Beauté & Spa №1 ', 'beaute-spa-1'],
  ['Klinik Kecantikan dan Perawatan Kulit Bunga Melati', 'klinik-kecantikan-dan-perawatan-kulit-bu'],
  ['美容', ''],
  ['', ''],
])('%j is %j in an address', (name, slug) => expect(slugOf(name)).toBe(slug));
