import { expect, test } from 'vitest';
import { actionAt } from './action-at.ts';
import { actionWith, hrefWith } from './query.ts';

const url = new URL('https://clinic.example/jakarta/book?/book&patient=1&time=10:00');

test('a link keeps what it does not change and never names an action', () => {
  expect(hrefWith(url, { time: undefined, date: '2026-11-24' })).toBe(
    '/jakarta/book?patient=1&date=2026-11-24',
  );
  expect(hrefWith(url, { patient: undefined, time: '' })).toBe('/jakarta/book');
});

test('a form comes back to the state it was sent from', () => {
  expect(actionWith(url, 'register', { time: undefined })).toBe('?/register&patient=1');
});

test('a form can be sent to another state of its page, and to its part', () => {
  const back = `${hrefWith(url, { time: undefined })}#times`;
  expect(actionAt(back, 'keep')).toBe('?/keep&patient=1#times');
  expect(actionAt('/jakarta/book', 'keep')).toBe('?/keep');
});
