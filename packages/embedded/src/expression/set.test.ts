import { Decimal128, Timestamp } from 'mongodb';
import { examine, refused } from '../testing/expressions.ts';

examine({
  setUnion: [
    [{ $setUnion: [[2, 1], [1, 3]] }, [1, 2, 3]], // prettier-ignore
    [{ $setUnion: [[1], null, 'x'] }, null],
    [{ $setUnion: [[1], 'x', null] }, refused(17043)],
    [{ $setUnion: ['x', '$missing'] }, null],
    [{ $setUnion: ['x', null, '$missing'] }, refused(17043)],
  ],
  setIntersection: [
    [{ $setIntersection: [['b', 'a', 'a'], ['a', 'c', 'b']] }, ['a', 'b']], // prettier-ignore
    [{ $setIntersection: [] }, []],
    [{ $setIntersection: [[1], 'x'] }, refused(17047)],
    [{ $setIntersection: [[1], [2], 'x'] }, []],
  ],
  setDifference: [
    [{ $setDifference: [[3, 1, 3, 2], [2]] }, [3, 1]],
    [{ $setDifference: [null, 'x'] }, null],
    [{ $setDifference: ['x', [1]] }, refused(17048)],
    [{ $setDifference: [[1], 'x'] }, refused(17049)],
  ],
  setIsSubset: [
    [{ $setIsSubset: [[1, Decimal128.fromString('1')], [2, 1]] }, true], // prettier-ignore
    [{ $setIsSubset: [[[1]], [1]] }, false],
    [{ $setIsSubset: [null, []] }, refused(17046)],
    [{ $setIsSubset: [[], null] }, refused(17042)],
  ],
  setEquals: [
    [{ $setEquals: [[1, 2], [2, 1, 1], [1, 2]] }, true], // prettier-ignore
    [{ $setEquals: [[1], [1, 2]] }, false], // prettier-ignore
    [{ $setEquals: [[1]] }, refused(17045)],
    [{ $setEquals: [[1], null] }, refused(5887502)],
    [{ $setEquals: ['$a', '$missing'] }, refused(17044), { a: [1] }],
  ],
  anyElementTrue: [
    [{ $anyElementTrue: [[null, 0, false, '$missing']] }, false],
    [{ $anyElementTrue: [[new Timestamp(0n)]] }, true],
    [{ $anyElementTrue: 1 }, refused(17041)],
  ],
  allElementsTrue: [
    [{ $allElementsTrue: [['', []]] }, true],
    [{ $allElementsTrue: '$missing' }, refused(17040)],
  ],
});
