import { examine, refused } from '../testing/expressions.ts';

const a = [1, 5, 2, 7];

examine({
  let: [
    [{ $let: { vars: { x: 2 }, in: { $add: ['$$x', '$a'] } } }, 3, { a: 1 }],
    [{ $let: { vars: { CURRENT: '$o' }, in: '$b' } }, 1, { o: { b: 1 } }],
    [{ $let: { vars: { x: 1 }, in: { $let: { vars: { x: 2, y: '$$x' }, in: ['$$x', '$$y'] } } } }, [2, 1]],
    [{ $let: 1 }, refused(16874)],
    [{ $let: { vars: {}, in: 1, more: 1 } }, refused(16875)],
    [{ $let: { in: 1 } }, refused(16876)],
    [{ $let: { vars: {} } }, refused(16877)],
    [{ $let: { vars: null, in: 1 } }, refused(10065)],
    [{ $let: { vars: { ROOT: 1 }, in: 1 } }, refused(9)],
    [{ $let: { vars: { x: 1, y: '$$x' }, in: 1 } }, refused(17276)],
    [{ $let: { vars: { x: 1 }, in: '$$x.' } }, refused(40353)],
  ],
  filter: [
    [{ $filter: { input: '$a', as: 'x', cond: { $gt: ['$$x', 1] }, limit: 2 } }, [5, 2], { a }],
    [{ $filter: { input: '$a', cond: '$$this', limit: null } }, a, { a }],
    [{ $filter: { input: '$missing', cond: 1 } }, null],
    [{ $filter: [] }, refused(28646)],
    [{ $filter: { input: [], cond: 1, in: 1 } }, refused(28647)],
    [{ $filter: { cond: 1 } }, refused(28648)],
    [{ $filter: { input: [] } }, refused(28650)],
    [{ $filter: { input: 1, cond: 1 } }, refused(28651)],
    [{ $filter: { input: [], cond: 1, limit: 1.5 } }, refused(327391)],
    [{ $filter: { input: [], cond: 1, limit: 0 } }, refused(327392)],
    [{ $filter: { input: [], cond: 1, as: 'X' } }, refused(9)],
  ],
  map: [
    [{ $map: { input: '$a', in: { $multiply: ['$$this', 2] } } }, [2, 10, 4, 14], { a }],
    [{ $map: { input: [1], as: 'x', in: '$missing' } }, [null]],
    [{ $map: 1 }, refused(16878)],
    [{ $map: { input: [], in: 1, cond: 1 } }, refused(16879)],
    [{ $map: { in: 1 } }, refused(16880)],
    [{ $map: { input: [] } }, refused(16882)],
    [{ $map: { input: 'x', in: 1 } }, refused(16883)],
  ],
  reduce: [
    [{ $reduce: { input: '$a', initialValue: '', in: { $concat: ['$$value', 'x'] } } }, 'xxxx', { a }],
    [{ $reduce: { input: null, initialValue: 0, in: 1 } }, null],
    [{ $reduce: null }, refused(40075)],
    [{ $reduce: { input: [], initialValue: 0, in: 1, as: 'x' } }, refused(40076)],
    [{ $reduce: { initialValue: 0, in: 1 } }, refused(40077)],
    [{ $reduce: { input: [], in: 1 } }, refused(40078)],
    [{ $reduce: { input: [], initialValue: 0 } }, refused(40079)],
    [{ $reduce: { input: 1, initialValue: 0, in: 1 } }, refused(40080)],
  ],
});
