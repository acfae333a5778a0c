import { expect, test } from 'vitest';
import { weekOf } from '#lib/hours.ts';
import { staffIn, weekOfText, weekText } from './form.ts';

test('skills are read one by one, each once', () => {
  const typed = { name: 'Sari', role: 'Therapist', skills: ' Facial,, Laser\nFacial , ' };
  expect(staffIn(typed).skills).toEqual(['Facial', 'Laser']);
});

test('a week comes back from its text as it was', () => {
  const week = weekOf(['mon 09:00-12:00', 'mon 13:00-24:00', 'fri 20:00-02:00']);
  expect(weekText(week)).toMatchObject({ mon: '09:00-12:00, 13:00-24:00', tue: '', fri: '20:00-02:00' });
  expect(weekOfText(weekText(week))).toEqual(week);
});
