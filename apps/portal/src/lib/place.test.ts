import { expect, test } from 'vitest';
import { placeOf } from './place.ts';

test("the zone of the browser is the clinic's, and a language tells its country only where the zone lies in it", () => {
  expect(placeOf('Asia/Makassar', ['en-US', 'id-ID'])).toEqual({ timezone: 'Asia/Makassar', country: 'ID' });
  expect(placeOf('Asia/Singapore', ['en-US', 'en-SG', 'en'])).toMatchObject({ country: 'SG' });
  expect(placeOf('Asia/Jayapura', ['en-GB', 'en'])).toMatchObject({ country: 'ID' });
  expect(placeOf('Asia/Singapore', ['en-US', 'en'])).toMatchObject({ country: 'ID' });
});

test.each(['en-US@posix', '', 'C', 'x'.repeat(500), '419'])(
  'what is no language says nothing: %j',
  (language) => {
    expect(placeOf('Asia/Singapore', [language, 'en-SG'])).toMatchObject({ country: 'SG' });
    expect(placeOf('Nowhere/City', [language])).toEqual({ timezone: 'Nowhere/City', country: 'ID' });
  },
);
