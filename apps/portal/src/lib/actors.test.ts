import { afterEach, expect, test } from 'vitest';
import { actorName } from './actors.ts';
import { overwriteGetLocale } from './paraglide/runtime.js';

afterEach(() => overwriteGetLocale(() => 'en'));

test('what the system did by itself reads in the language of whoever reads', () => {
  const said = (name: string) => actorName({ kind: 'system', name });
  overwriteGetLocale(() => 'id');
  expect([said('set-up'), said('circe command'), said('nightly'), said('constructor')]).toEqual([
    'Sistem (penyiapan)',
    'Sistem (perintah circe)',
    'Sistem (nightly)',
    'Sistem (constructor)',
  ]);
  overwriteGetLocale(() => 'en');
  expect(said('set-up')).toBe('The system (set-up)');
  expect(actorName({ kind: 'public' })).toBe('The patient, online');
});
