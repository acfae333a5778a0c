import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Collection } from 'mongodb';
import { started, type Started } from '../testing/started.ts';

let server: Started;
let docs: Collection;
const vain = `${'a'.repeat(60)}!`;
beforeAll(async () => {
  server = await started();
  docs = server.fresh();
  await docs.insertMany([
    { n: 1, text: 'aaaa' },
    { n: 2, text: vain },
    { n: 3, text: 'b', texts: ['b', vain] },
  ]);
});
afterAll(() => server[Symbol.asyncDispose]());

const tooMuch = (operator: string) => ({
  code: 51156,
  message: expect.stringMatching(
    `regular expression in \\${operator}\\. Result code: match limit exceeded`,
  ) as string,
});

// PCRE2 gives up after so many steps (pcre2api, "The match context"): 51156 in MongoDB's expressions.
describe('a regular expression that backtracks without end is given up', () => {
  for (const pattern of [/^(a+)+$/, /^(a|aa)+$/, /^(?:a?a)+b/, /(a+)(?=(a+)+b)/, /^(a+)+\1b/])
    test(`in a filter: ${pattern.source}`, async () => {
      await expect(docs.find({ text: pattern }).toArray()).rejects.toMatchObject(tooMuch('$regex'));
    });

  test('in $in, $not, $elemMatch, and in what a write finds, which then changes nothing', async () => {
    const evil = /^(a+)+$/;
    for (const filter of [
      { text: { $in: [evil] } },
      { text: { $not: evil } },
      { texts: { $elemMatch: { $regex: evil } } },
    ])
      await expect(docs.countDocuments(filter)).rejects.toMatchObject(tooMuch('$regex'));
    await expect(docs.updateMany({ text: evil }, { $set: { hit: true } })).rejects.toMatchObject({
      code: 51156,
    });
    await expect(docs.updateOne({ n: 3 }, { $pull: { texts: evil } } as object)).rejects.toMatchObject({
      code: 51156,
    });
    expect(await docs.countDocuments({ hit: true })).toBe(0);
    expect(await docs.findOne({ n: 3 })).toMatchObject({ texts: ['b', vain] });
  });

  for (const operator of ['$regexMatch', '$regexFind', '$regexFindAll'])
    test(`in ${operator}`, async () => {
      const found = docs.aggregate([{ $set: { m: { [operator]: { input: '$text', regex: '^(a+)+$' } } } }]);
      await expect(found.toArray()).rejects.toMatchObject(tooMuch(operator));
    });

  test('while others go on', async () => {
    const failing = expect(docs.find({ text: /^(a+)+$/ }).toArray()).rejects.toMatchObject({ code: 51156 });
    expect(await Promise.all([docs.findOne({ n: 1 }), docs.findOne({ n: 3 })])).toHaveLength(2);
    await failing;
  });

  test('but not for many texts of one document, none of which takes long', async () => {
    const many = server.fresh();
    const texts = Array.from({ length: 5_000 }, () => `${'a'.repeat(400)}!`);
    await many.insertOne({ texts });
    const pulled = await many.updateOne({}, { $pull: { texts: /a.*b|a.*c|a.*d/ } } as object);
    expect(pulled).toMatchObject({ matchedCount: 1, modifiedCount: 0 });
    const cond = { $regexMatch: { input: '$$this', regex: 'a.*b|a.*c|a.*d' } };
    const update = [{ $set: { found: { $filter: { input: '$texts', cond } } } }];
    expect(await many.updateOne({ n: 1, texts }, update, { upsert: true })).toMatchObject({
      upsertedCount: 1,
    });
    expect(await many.findOne({ n: 1 })).toMatchObject({ found: [] });
    expect(await many.updateMany({ n: 2, texts }, update, { upsert: true })).toMatchObject({
      upsertedCount: 1,
    });
  });

  test('one that V8 finds too large is refused', async () => {
    const found = docs.find({ text: new RegExp('a?'.repeat(8000)) }).toArray();
    await expect(found).rejects.toMatchObject({ code: 51156 });
  });
});

test('one that only might take long is answered, however long the text', async () => {
  const long = server.fresh();
  await long.insertOne({ text: `${'x'.repeat(2_000_000)} name@example.org` });
  expect(await long.countDocuments({ text: /@[a-z]+\.[a-z]+$/ })).toBe(1);
  expect(await long.countDocuments({ text: /@[a-z]+\.[a-z]+,/ })).toBe(0);
  await long.updateOne({}, { $set: { text: `${'a'.repeat(16_000_000)}XYZ` } });
  expect(await long.countDocuments({ text: /XYZ/ })).toBe(1);
  expect(await long.countDocuments({ text: /X.Z$/ })).toBe(1);
  await long.updateOne({}, { $set: { text: `${'ab.'.repeat(100)}c` } });
  expect(await long.countDocuments({ text: /^(?:[a-z]+\.)*[a-z]$/ })).toBe(1);
});
