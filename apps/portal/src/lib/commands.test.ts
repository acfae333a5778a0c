import { expect, test } from 'vitest';
import { matching } from './commands.ts';

const commands = ['Today', 'Walk-in', 'Register a new patient', 'Café'].map((label) => ({ label, href: '' }));
const labels = (text: string) => matching(commands, text).map(({ label }) => label);

test('a command is found by the beginnings of its words, in any case and spelling', () => {
  expect(labels('')).toHaveLength(4);
  expect(labels('  ')).toHaveLength(4);
  expect(labels('new pat')).toEqual(['Register a new patient']);
  expect(labels('IN')).toEqual(['Walk-in']);
  expect(labels('cafe')).toEqual(['Café']);
  expect(labels('egister')).toEqual([]);
  expect(labels('today tomorrow')).toEqual([]);
  expect(labels('.*')).toEqual([]);
});
