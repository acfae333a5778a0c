import { Decimal128, Double, Long, Timestamp } from 'mongodb';
import { examine, refused } from '../testing/expressions.ts';

const half = Decimal128.fromString('0.5');
const letters = ['a', 'b', 'c'];
const pairs = [{ x: 1, y: 2 }, { x: 2 }, { x: 1, y: 1 }];

examine({
  size: [
    [{ $size: '$a' }, 2, { a: [1, 2] }],
    [{ $size: '$missing' }, refused(17124)],
  ],
  isArray: [[{ $isArray: [[1]] }, true]],
  arrayElemAt: [
    [{ $arrayElemAt: ['$a', -1] }, 'c', { a: letters }],
    [{ $arrayElemAt: ['$a', Long.fromNumber(3)] }, undefined, { a: letters }],
    [{ $arrayElemAt: [null, 'x'] }, null],
    [{ $arrayElemAt: ['$a', 'x'] }, refused(28690), { a: letters }],
    [{ $arrayElemAt: ['$a', half] }, refused(28691), { a: letters }],
  ],
  first: [
    [{ $first: '$a' }, 'a', { a: letters }],
    [{ $first: '$a' }, undefined, { a: [] }],
    [{ $first: 'x' }, refused(28689)],
  ],
  last: [[{ $last: '$a' }, 'c', { a: letters }]],
  in: [
    [{ $in: [2, '$a'] }, true, { a: [1, Decimal128.fromString('2.0')] }],
    [{ $in: ['$missing', [null]] }, false],
    [{ $in: [1, '$missing'] }, refused(40081)],
  ],
  concatArrays: [
    [{ $concatArrays: [[1], [2, [3]]] }, [1, 2, [3]]],
    [{ $concatArrays: [[1], null, 'x'] }, null],
    [{ $concatArrays: [[1], 'x', null] }, refused(28664)],
  ],
  reverseArray: [
    [{ $reverseArray: '$a' }, ['c', 'b', 'a'], { a: letters }],
    [{ $reverseArray: 1 }, refused(34435)],
  ],
  slice: [
    [{ $slice: ['$a', 1, 5] }, ['b', 'c'], { a: letters }],
    [{ $slice: ['$a', -5, 2] }, ['a', 'b'], { a: letters }],
    [{ $slice: ['$a', -2] }, ['b', 'c'], { a: letters }],
    [{ $slice: ['$a', '$missing'] }, null, { a: letters }],
    [{ $slice: ['x', 1] }, refused(28724)],
    [{ $slice: ['$a', new Timestamp(0n)] }, refused(28725), { a: letters }],
    [{ $slice: ['$a', 1.5] }, refused(28726), { a: letters }],
    [{ $slice: ['$a', 1, Long.fromString('4294967296')] }, refused(28728), { a: letters }],
    [{ $slice: ['$a', 1, 0] }, refused(28729), { a: letters }],
  ],
  indexOfArray: [
    [{ $indexOfArray: ['$a', 'b'] }, 1, { a: letters }],
    [{ $indexOfArray: ['$a', 'b', 0, 1] }, -1, { a: letters }],
    [{ $indexOfArray: [[1, null], '$missing'] }, -1],
    [{ $indexOfArray: [null, 1] }, null],
    [{ $indexOfArray: ['x', 1] }, refused(40090)],
    [{ $indexOfArray: ['$a', 'b', '$missing'] }, refused(9711600), { a: letters }],
    [{ $indexOfArray: ['$a', 'b', 0, -1] }, refused(9711601), { a: letters }],
  ],
  range: [
    [{ $range: [0, 6, 2] }, [0, 2, 4]],
    [{ $range: [3, new Double(0), -1] }, [3, 2, 1]],
    [{ $range: [0, 6, -1] }, []],
    [{ $range: ['x', 1] }, refused(34443)],
    [{ $range: [half, 1] }, refused(34444)],
    [{ $range: [0, null] }, refused(34445)],
    [{ $range: [0, new Double(2147483648)] }, refused(34446)],
    [{ $range: [0, 1, '$missing'] }, refused(34447)],
    [{ $range: [0, 1, 0.5] }, refused(34448)],
    [{ $range: [0, 1, 0] }, refused(34449)],
    [{ $range: [0, 2147483647] }, refused(146)],
  ],
  zip: [
    [{ $zip: { inputs: ['$a', [1, 2]] } }, [['a', 1], ['b', 2]], { a: letters }], // prettier-ignore
    [
      { $zip: { inputs: ['$a', [1]], useLongestLength: true, defaults: ['x', '$d'] } },
      [['a', 1], ['b', 0], ['c', 0]],
      { a: letters, d: 0 },
    ], // prettier-ignore
    [{ $zip: { inputs: ['$missing', 'x'] } }, null],
    [{ $zip: [] }, refused(34460)],
    [{ $zip: { inputs: '$a' } }, refused(34461)],
    [{ $zip: { inputs: [[1]], defaults: 1 } }, refused(34462)],
    [{ $zip: { inputs: [[1]], useLongestLength: 1 } }, refused(34463)],
    [{ $zip: { inputs: [[1]], more: 1 } }, refused(34464)],
    [{ $zip: {} }, refused(34465)],
    [{ $zip: { inputs: [[1]], defaults: [1] } }, refused(34466)],
    [{ $zip: { inputs: [[1]], defaults: [1, 2], useLongestLength: true } }, refused(34467)],
    [{ $zip: { inputs: ['x'] } }, refused(34468)],
  ],
  sortArray: [
    [
      { $sortArray: { input: '$a', sortBy: { x: -1, y: 1 } } },
      [{ x: 2 }, { x: 1, y: 1 }, { x: 1, y: 2 }],
      { a: pairs },
    ],
    [
      { $sortArray: { input: '$a', sortBy: { 'x.1': 1 } } },
      [{ x: [9, 1] }, { x: [0, 2] }],
      { a: [{ x: [0, 2] }, { x: [9, 1] }] },
    ],
    [{ $sortArray: { input: [2, 'b', null, 1], sortBy: -1 } }, ['b', 2, 1, null]],
    [{ $sortArray: { input: '$missing', sortBy: 1 } }, null],
    [{ $sortArray: 1 }, refused(2942500)],
    [{ $sortArray: { input: [1], sortBy: 1, by: 1 } }, refused(2942501)],
    [{ $sortArray: { sortBy: 1 } }, refused(2942502)],
    [{ $sortArray: { input: [1] } }, refused(2942503)],
    [{ $sortArray: { input: 'x', sortBy: 1 } }, refused(2942504)],
    [{ $sortArray: { input: [1], sortBy: { x: 2 } } }, refused(2942505)],
    [{ $sortArray: { input: [1], sortBy: 0 } }, refused(2942506)],
    [{ $sortArray: { input: [1], sortBy: true } }, refused(2942507)],
  ],
  sum: [[{ $sum: '$a' }, 6, { a: [1, 2, 3, 'x'] }]],
  avg: [[{ $avg: '$a' }, 'double 2', { a: [1, 2, 3] }]],
  max: [[{ $max: ['$a', '$b'] }, 5, { a: 1, b: 5 }]],
  min: [[{ $min: ['$a', '$missing'] }, 1, { a: 1 }]],
});
