import { Decimal128, Double, Long, MinKey, Timestamp } from 'mongodb';
import { examine, refused } from '../testing/expressions.ts';

const decimal = (text: string): Decimal128 => Decimal128.fromString(text);
const long = (text: string): Long => Long.fromString(text);
const least = decimal('1E-6176');
const fails = { $divide: [1, 0] };
const failsHere = { $divide: [1, '$zero'] };
const here = { zero: 0 };

examine({
  cmp: [
    [{ $cmp: ['a', 5] }, 1],
    [{ $cmp: [new MinKey(), null] }, -1],
    [{ $cmp: [new Timestamp({ t: 1, i: 1 }), 1] }, 1],
    [{ $cmp: [1] }, refused(16020)],
  ],
  eq: [
    [{ $eq: [long('9007199254740993'), new Double(9007199254740992)] }, false],
    [{ $eq: [decimal('0.1'), new Double(0.1)] }, false],
    [{ $eq: [decimal('0.5'), new Double(0.5)] }, true],
    [{ $eq: [decimal('1.0'), 1] }, true],
    [{ $eq: [decimal('NaN'), new Double(NaN)] }, true],
    [{ $eq: [decimal('-0'), 0] }, true],
  ],
  gt: [
    [{ $gt: [least, 0] }, true],
    [{ $gt: [decimal('1E+400'), new Double(Number.MAX_VALUE)] }, true],
    [{ $gt: [decimal('-1E+400'), new Double(-Infinity)] }, true],
    [{ $gt: ['$a', null] }, true, { a: 1 }],
  ],
  lt: [
    [{ $lt: [new Double(NaN), decimal('-Infinity')] }, true],
    [{ $lt: ['$missing', null] }, true],
  ],
  and: [
    [{ $and: [1, 'x', []] }, true],
    [{ $and: [failsHere, false] }, false, here],
    [{ $and: [] }, true],
  ],
  or: [
    [{ $or: [0, null, false, decimal('0.00')] }, false],
    [{ $or: [least] }, true],
    [{ $or: [failsHere, true] }, true, here],
    [{ $or: [failsHere] }, refused(2), here],
  ],
  not: [[{ $not: [0] }, true]],
  cond: [
    [{ $cond: [{ $gt: ['$a', 3] }, 'big', 'small'] }, 'small', { a: 2 }],
    [{ $cond: { if: true, then: null, else: 2 } }, null],
    [{ $cond: { if: '$a', then: 1, else: failsHere } }, 1, { a: 1, ...here }],
    [{ $cond: { then: 1, else: 2 } }, refused(17080)],
    [{ $cond: { if: 1, else: 2 } }, refused(17081)],
    [{ $cond: { if: 1, then: 2 } }, refused(17082)],
    [{ $cond: { if: 1, then: 2, else: 3, or: 4 } }, refused(17083)],
  ],
  ifNull: [
    [{ $ifNull: ['$missing', null, 5] }, 5],
    [{ $ifNull: ['$a', fails] }, refused(2), { a: 1 }],
    [{ $ifNull: ['$a', failsHere] }, 1, { a: 1, ...here }],
    [{ $ifNull: [1] }, refused(1257300)],
  ],
  switch: [
    [{ $switch: { branches: [{ case: false, then: fails }], default: 2 } }, 2],
    [{ $switch: { branches: [{ case: '$a', then: 1 }], default: fails } }, refused(2), { a: 1 }],
    [{ $switch: { branches: [{ case: '$a', then: 1 }] } }, refused(40069)],
    [{ $switch: 1 }, refused(40060)],
    [{ $switch: { branches: 1 } }, refused(40061)],
    [{ $switch: { branches: [1] } }, refused(40062)],
    [{ $switch: { branches: [{ case: 1, then: 1, else: 1 }] } }, refused(40063)],
    [{ $switch: { branches: [{ then: 1 }] } }, refused(40064)],
    [{ $switch: { branches: [{ case: 1 }] } }, refused(40065)],
    [{ $switch: { branches: [{ case: 1, then: 1 }], otherwise: 1 } }, refused(40067)],
    [{ $switch: { default: 1 } }, refused(40068)],
  ],
  literal: [
    [{ $literal: { $add: ['$a', 1] } }, { $add: ['$a', 1] }],
    [{ $const: '$a' }, '$a'],
  ],
});
