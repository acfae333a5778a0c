import { expect, test } from 'vitest';
import { rebased } from './rebase.ts';

const before = { name: 'Facial', price: '200.000', staff: ['a', 'b'] };

test('what was left as it stood becomes theirs, what was typed stays', () => {
  const typed = { ...before, name: 'Facial Express' };
  const now = { ...before, price: '250.000', staff: ['b', 'a', 'c'] };
  expect(rebased(typed, before, now)).toEqual({
    filled: { name: 'Facial Express', price: '250.000', staff: ['b', 'a', 'c'] },
    theirs: [
      { field: 'price', from: '200.000', to: '250.000' },
      { field: 'staff', from: ['a', 'b'], to: ['b', 'a', 'c'] },
    ],
  });
});

test('a field that both changed keeps what was typed and says both', () => {
  const typed = { ...before, price: '300.000' };
  const now = { ...before, price: '250.000' };
  expect(rebased(typed, before, now)).toEqual({
    filled: typed,
    theirs: [{ field: 'price', from: '200.000', to: '250.000', typed: '300.000' }],
  });
});

test('both meant the same, or somebody changed what is not in the form: nothing to tell apart', () => {
  const both = { ...before, price: '250.000' };
  expect(rebased(both, before, both).theirs).toEqual([{ field: 'price', from: '200.000', to: '250.000' }]);
  expect(rebased(both, before, { ...before, staff: ['b', 'a'] })).toEqual({ filled: both, theirs: [] });
});
