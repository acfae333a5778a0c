import { expect, test } from 'vitest';
import { invalidText } from './invalid.ts';
import { overwriteGetLocale } from './paraglide/runtime.js';

test('a field says what is asked of it in the language of the page', () => {
  const missing = { validity: { valueMissing: true } };
  const minutes = { type: 'number', min: '15', max: '4800' };
  const said = () => [
    invalidText({ ...missing, type: 'text' }),
    invalidText({ ...missing, type: 'checkbox' }),
    invalidText({ ...missing, type: 'select-one' }),
    invalidText({ ...missing, type: 'date' }),
    invalidText({ validity: { rangeUnderflow: true }, type: 'date', min: '2026-11-24' }),
    invalidText({ validity: { typeMismatch: true }, type: 'email' }),
    invalidText({ validity: { tooShort: true }, type: 'password', minLength: 10 }),
    invalidText({ validity: { rangeOverflow: true }, ...minutes }),
    invalidText({ validity: { badInput: true }, ...minutes }),
  ];
  overwriteGetLocale(() => 'en');
  expect(said()).toEqual([
    'Fill this in.',
    'Tick this box.',
    'Choose one.',
    'Choose the date.',
    'Choose a day from 24 Nov 2026 on.',
    'This is not an email address.',
    'Write at least 10 characters.',
    'Write a whole number from 15 to 4,800.',
    'Write a whole number.',
  ]);
  overwriteGetLocale(() => 'id');
  expect(said()).toContain('Tulis bilangan bulat dari 15 sampai 4.800.');
  expect(said()).toContain('Pilih hari mulai 24 Nov 2026.');
});
