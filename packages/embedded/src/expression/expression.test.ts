import { examine, refused } from '../testing/expressions.ts';

examine(
  {
    'field-paths': [
      ['$a.b', [1, 3], { a: [{ b: 1 }, { c: 2 }, { b: 3 }, [{ b: 4 }]] }],
      [['$a', '$missing'], [1, null], { a: 1 }],
      ['$b\0c', refused(16411)],
    ],
    'aggregation-variables': [
      [{ $abs: { $foo: 1 } }, refused(168)],
      ['$$nope', refused(17276)],
    ],
  },
  'core',
);
