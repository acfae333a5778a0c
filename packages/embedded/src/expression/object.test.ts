import { examine, refused } from '../testing/expressions.ts';

examine({
  arrayToObject: [
    [{ $arrayToObject: [[['a', 1], ['b', 2]]] }, { a: 1, b: 2 }], // prettier-ignore
    [{ $arrayToObject: '$a' }, { x: 2 }, { a: [{ k: 'x', v: 1 }, { v: 2, k: 'x' }] }], // prettier-ignore
    [{ $arrayToObject: '$a' }, {}, { a: [] }],
    [{ $arrayToObject: null }, null],
    [{ $arrayToObject: 'x' }, refused(40386)],
    [{ $arrayToObject: '$a' }, refused(40398), { a: [1] }],
    [{ $arrayToObject: '$a' }, refused(40396), { a: [['a', 1], { k: 'b', v: 2 }] }],
    [{ $arrayToObject: '$a' }, refused(40397), { a: [['a']] }],
    [{ $arrayToObject: '$a' }, refused(40395), { a: [[1, 1]] }],
    [{ $arrayToObject: '$a' }, refused(4940400), { a: [['a\0', 1]] }],
    [{ $arrayToObject: '$a' }, refused(40391), { a: [{ k: 'b', v: 2 }, 1] }],
    [{ $arrayToObject: '$a' }, refused(40392), { a: [{ k: 'b' }] }],
    [{ $arrayToObject: '$a' }, refused(40393), { a: [{ k: 'b', V: 1 }] }],
    [{ $arrayToObject: '$a' }, refused(40394), { a: [{ k: 1, v: 1 }] }],
    [{ $arrayToObject: '$a' }, refused(4940401), { a: [{ k: '\0', v: 1 }] }],
  ],
  objectToArray: [
    [{ $objectToArray: { b: 1, a: '$missing', 2: 3 } }, [{ k: '2', v: 3 }, { k: 'b', v: 1 }]], // prettier-ignore
    [{ $objectToArray: '$missing' }, null],
    [{ $objectToArray: [[1]] }, refused(40390)],
  ],
  mergeObjects: [
    [{ $mergeObjects: [{ a: 1, b: 1 }, null, { b: 2 }] }, { a: 1, b: 2 }],
    [{ $mergeObjects: '$a' }, { x: 1, y: 2 }, { a: [{ x: 1 }, { y: 2 }] }],
    [{ $mergeObjects: [{ a: 1 }, 1] }, refused(40400)],
  ],
  getField: [
    [{ $getField: 'a.b' }, 1, { 'a.b': 1 }],
    [{ $getField: { field: { $literal: '$a' }, input: '$o' } }, 1, { o: { $a: 1 } }],
    [{ $getField: { field: 'a', input: '$missing' } }, undefined],
    [{ $getField: { field: 'a', input: null } }, null],
    [{ $getField: { $concat: ['a', 'b'] } }, 1, { ab: 1 }],
    [{ $getField: { field: 'a', input: {}, more: 1 } }, refused(3041701)],
    [{ $getField: {} }, refused(3041702)],
    [{ $getField: { field: 'a' } }, refused(3041703)],
    [{ $getField: '$missing' }, refused(3041704)],
  ],
  setField: [
    [{ $setField: { field: 'a.b', input: '$$ROOT', value: '$_id' } }, { _id: 1, 'a.b': 1 }, { _id: 1 }],
    [{ $setField: { field: { $literal: '$a' }, input: {}, value: 1 } }, { $a: 1 }],
    [{ $setField: { field: { $const: '$a' }, input: {}, value: 1 } }, { $a: 1 }],
    [{ $setField: { field: 'a', input: { a: 1, b: 2 }, value: '$$REMOVE' } }, { b: 2 }],
    [{ $setField: { field: 'a', input: '$missing', value: 1 } }, null],
    [{ $setField: 'a' }, refused(4161100)],
    [{ $setField: { field: 'a', input: {}, value: 1, more: 1 } }, refused(4161101)],
    [{ $setField: { input: {} } }, refused(4161102)],
    [{ $setField: { field: 'a', input: {} } }, refused(4161103)],
    [{ $setField: { field: 'a', input: 1, value: 1 } }, refused(4161105)],
    [{ $setField: { field: { $concat: ['a', 'b'] }, input: {}, value: 1 } }, refused(4161106)],
    [{ $setField: { field: 1, input: {}, value: 1 } }, refused(4161107)],
    [{ $setField: { field: '$a', input: {}, value: 1 } }, refused(4161108)],
    [{ $setField: { field: 'a', value: 1 } }, refused(4161109)],
    [{ $setField: { field: 'a\0', input: {}, value: 1 } }, refused(9534700)],
  ],
  unsetField: [
    [
      { $unsetField: { field: 'a.b', input: '$$ROOT' } },
      { _id: 1, a: { b: 2 } },
      { _id: 1, 'a.b': 1, a: { b: 2 } },
    ],
    [{ $unsetField: { field: 'a', input: {}, value: 1 } }, refused(4161101)],
  ],
});
