import { Decimal128, Double, Long, Timestamp } from 'mongodb';
import { examine, refused } from '../testing/expressions.ts';

const decimal = (text: string): Decimal128 => Decimal128.fromString(text);
const double = (value: number): Double => new Double(value);
const long = (text: string): Long => Long.fromString(text);
const MAX = '9.999999999999999999999999999999999E+6144';
const MAX_LONG = '9223372036854775807';
const moment = new Date('2026-03-01T00:00:00.010Z');
const at = (milliseconds: number): Date => new Date(moment.getTime() + milliseconds);

examine({
  add: [
    [{ $add: [1, 2] }, 3],
    [{ $add: [2147483647, 1] }, 'long 2147483648'],
    [{ $add: [double(1), 2] }, 'double 3'],
    [{ $add: [2147483647, 1, -1] }, 2147483647],
    [{ $add: [long(MAX_LONG), 1] }, 'double 9223372036854776000'],
    [{ $add: [decimal('1E+10'), decimal('1E-30')] }, 'decimal 10000000000.00000000000000000000000'],
    [{ $add: [decimal('1.10'), decimal('2.2')] }, 'decimal 3.30'],
    [{ $add: [decimal('0.5'), double(0.1)] }, 'decimal 0.600000000000000'],
    [{ $add: [decimal(MAX), decimal(MAX)] }, 'decimal Infinity'],
    [{ $add: [decimal('Infinity'), decimal('-Infinity')] }, 'decimal NaN'],
    [{ $add: [null, 'text'] }, null],
    [{ $add: ['text', null] }, refused(14)],
    [{ $add: [new Timestamp({ t: 1, i: 1 }), 1] }, refused(14)],
    [{ $add: ['$at', double(2.5)] }, at(3), { at: moment }],
    [{ $add: ['$at', double(-0.5)] }, at(-1), { at: moment }],
    [{ $add: ['$at', decimal('2.5')] }, at(2), { at: moment }],
    [{ $add: ['$at', double(NaN)] }, refused(15), { at: moment }],
    [{ $add: ['$at', '$at'] }, refused(16612), { at: moment }],
  ],

  subtract: [
    [{ $subtract: ['$at', new Date(0)] }, `long ${moment.getTime()}`, { at: moment }],
    [{ $subtract: ['$at', double(-2.5)] }, at(3), { at: moment }],
    [{ $subtract: [decimal('1.0'), decimal('1.0')] }, 'decimal 0.0'],
    [{ $subtract: [1, '$at'] }, refused(14), { at: moment }],
  ],

  multiply: [
    [{ $multiply: [decimal('-0'), 5] }, 'decimal -0'],
    [{ $multiply: [decimal('1E-6176'), decimal('0.5')] }, 'decimal 0E-6176'],
    [{ $multiply: [decimal('3E-6176'), decimal('0.5')] }, 'decimal 2E-6176'],
    [{ $multiply: [decimal('1E+6111'), 10] }, 'decimal 1.0E+6112'],
    [{ $multiply: [decimal('1E+4000'), decimal('1E+4000')] }, 'decimal Infinity'],
    [{ $multiply: [decimal('Infinity'), 0] }, 'decimal NaN'],
    [{ $multiply: [long('4611686018427387904'), 2] }, 'double 9223372036854776000'],
  ],

  divide: [
    [{ $divide: [6, 2] }, 'double 3'],
    [{ $divide: [decimal('1'), 3] }, 'decimal 0.3333333333333333333333333333333333'],
    [{ $divide: [decimal('2'), 3] }, 'decimal 0.6666666666666666666666666666666667'],
    [{ $divide: [decimal('6.00'), 2] }, 'decimal 3.00'],
    [{ $divide: [double(10), decimal('2')] }, 'decimal 5.0000000000000'],
    [{ $divide: [decimal('1E-6176'), decimal('-Infinity')] }, 'decimal -0E-6176'],
    [{ $divide: [1, decimal('1E-6176')] }, 'decimal Infinity'],
    [{ $divide: [1, decimal('1E-6144')] }, 'decimal 1.000000000000000000000000000000000E+6144'],
    [{ $divide: [1, decimal('0.0')] }, refused(2)],
  ],

  mod: [
    [{ $mod: [-7, 3] }, -1],
    [{ $mod: [decimal('-7.5'), 2] }, 'decimal -1.5'],
    [{ $mod: [10, decimal('-Infinity')] }, 'decimal 10'],
    [{ $mod: [double(-0.5), 0.5] }, 'double -0'],
    [{ $mod: ['text', 1] }, refused(16611)],
    [{ $mod: [1, 0] }, refused(16610)],
    [{ $mod: [1, decimal('0')] }, refused(5733415)],
  ],

  abs: [
    [{ $abs: -5 }, 5],
    [{ $abs: -2147483648 }, 'long 2147483648'],
    [{ $abs: long('-9223372036854775808') }, refused(28680)],
    [{ $abs: decimal('-1.50') }, 'decimal 1.50'],
    [{ $abs: 'text' }, refused(28765)],
  ],

  ceil: [
    [{ $ceil: 2.1 }, 'double 3'],
    [{ $ceil: decimal('-1.5') }, 'decimal -1'],
    [{ $ceil: decimal('1E-10') }, 'decimal 1'],
    [{ $ceil: decimal('1E+40') }, 'decimal NaN'],
  ],
  floor: [[{ $floor: decimal('-1.5') }, 'decimal -2']],

  round: [
    [{ $round: [2.5] }, 'double 2'],
    [{ $round: [1250, -2] }, 1200],
    [{ $round: [double(-0.5)] }, 'double -0'],
    [{ $round: [double(0.125), 2] }, 'double 0.12'],
    [{ $round: [decimal('2.5')] }, 'decimal 2'],
    [{ $round: [decimal('1.1'), 3] }, 'decimal 1.100'],
    [{ $round: [decimal('1E+40'), 3] }, 'decimal 1.000000000000000000000000000000000E+40'],
    [{ $round: [1.5, '$missing'] }, null],
    [{ $round: ['text'] }, refused(51081)],
    [{ $round: [1.5, 'text'] }, refused(16004)],
    [{ $round: [1.5, double(NaN)] }, refused(31109)],
    [{ $round: [1.5, 0.5] }, refused(51082)],
    [{ $round: [1.5, 101] }, refused(51083)],
    [{ $round: [long(MAX_LONG), -1] }, refused(51080)],
  ],
  trunc: [[{ $trunc: [double(-5), -1] }, 'double -0']],

  sqrt: [
    [{ $sqrt: decimal('2') }, 'decimal 1.414213562373095048801688724209698'],
    [{ $sqrt: decimal('0.0400') }, 'decimal 0.20'],
    [{ $sqrt: decimal('-0') }, 'decimal -0'],
    [{ $sqrt: decimal('-1E-6000') }, refused(28714)],
  ],

  exp: [
    [{ $exp: decimal('1') }, 'decimal 2.718281828459045235360287471352662'],
    [{ $exp: decimal('-1E+10') }, 'decimal 0E-6176'],
    [{ $exp: decimal('0') }, 'decimal 1'],
  ],

  ln: [
    [{ $ln: decimal('10') }, 'decimal 2.302585092994045684017991454684364'],
    [{ $ln: decimal('1.0') }, 'decimal 0'],
    [{ $ln: decimal('NaN') }, 'double NaN'],
    [{ $ln: 0 }, refused(28766)],
  ],
  log10: [
    [{ $log10: decimal('100') }, 'decimal 2'],
    [{ $log10: decimal('1E-6176') }, 'decimal -6176'],
    [{ $log10: -1 }, refused(28761)],
  ],
  log: [
    [{ $log: [100, decimal('10')] }, 'decimal 2'],
    [{ $log: [double(NaN), 10] }, 'double NaN'],
    [{ $log: ['text', 10] }, refused(28756)],
    [{ $log: [10, 'text'] }, refused(28757)],
    [{ $log: [0, 10] }, refused(28758)],
    [{ $log: [10, 1] }, refused(28759)],
  ],

  pow: [
    [{ $pow: [2, 10] }, 1024],
    [{ $pow: [2, -1] }, 'double 0.5'],
    [{ $pow: [-1, -3] }, -1],
    [{ $pow: [2, 63] }, 'double 9223372036854776000'],
    [{ $pow: [long('2'), 3] }, 'long 8'],
    [{ $pow: [1, double(Infinity)] }, 'double 1'],
    [{ $pow: [decimal('1.5'), 2] }, 'decimal 2.250000000000000000000000000000000'],
    [{ $pow: [decimal('10'), decimal('20')] }, 'decimal 100000000000000000000.0000000000000'],
    [{ $pow: [2, decimal('0.5')] }, 'decimal 1.414213562373095048801688724209698'],
    [{ $pow: [decimal('-2'), 3] }, 'decimal -8.000000000000000000000000000000000'],
    [{ $pow: [decimal('-2'), decimal('0.5')] }, 'decimal NaN'],
    [{ $pow: [decimal('-Infinity'), -3] }, 'decimal 0E-6176'],
    [{ $pow: [decimal('10'), 7000] }, 'decimal Infinity'],
    [{ $pow: ['text', 1] }, refused(28762)],
    [{ $pow: [1, 'text'] }, refused(28763)],
    [{ $pow: [decimal('0'), -1] }, refused(28764)],
  ],

  sum: [
    [{ $sum: [0.1, 0.2, 0.3] }, 'double 0.6'],
    [{ $sum: [long(MAX_LONG), 1, -1] }, `long ${MAX_LONG}`],
    [{ $sum: [double(3.14), decimal('0')] }, 'decimal 3.140000000000000124344978758017533'],
    [{ $sum: [new Timestamp({ t: 1, i: 1 }), 'text'] }, 0],
  ],
  avg: [
    [{ $avg: [decimal('1.00'), decimal('2.00')] }, 'decimal 1.50'],
    [{ $avg: [double(-0)] }, 'double 0'],
    [{ $avg: ['text'] }, null],
  ],
});
