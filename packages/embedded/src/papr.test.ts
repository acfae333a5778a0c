import Papr, { schema, types, VALIDATION_LEVEL } from 'papr';
import { expect, test } from 'vitest';
import { started } from './testing/started.ts';

const users = schema(
  {
    name: types.string({ required: true }),
    age: types.number(),
    role: types.enum(['admin', 'guest'] as const, { required: true }),
    tags: types.array(types.string({ required: true })),
    address: types.object({ city: types.string({ required: true }) }),
  },
  {
    defaults: { role: 'guest' as const },
    timestamps: true,
    validationLevel: VALIDATION_LEVEL.MODERATE,
  },
);

test('papr runs an everyday session: models, defaults, timestamps, upserts, bulk writes, transactions', async () => {
  await using on = await started();
  const papr = new Papr({ maxTime: 10_000 });
  papr.initialize(on.db);
  const User = papr.model('users', users);
  await on.db.collection('users').createIndex({ name: 1 }, { unique: true });

  const ayu = await User.insertOne({ name: 'Ayu', age: 30, tags: ['novel'], address: { city: 'Ubud' } });
  expect(ayu).toMatchObject({ role: 'guest', createdAt: expect.any(Date), updatedAt: expect.any(Date) });
  await expect(User.insertOne({ name: 'Ayu' })).rejects.toMatchObject({ code: 11000 });
  await User.insertMany([
    { name: 'Budi', age: 20 },
    { name: 'Citra', role: 'admin' },
  ]);

  expect(await User.findById(ayu._id)).toMatchObject({ name: 'Ayu', address: { city: 'Ubud' } });
  expect(await User.findOne({ 'address.city': 'Ubud' }, { projection: { name: 1, _id: 0 } })).toEqual({
    name: 'Ayu',
  });
  expect(await User.find({ age: { $gte: 20 } }, { sort: { age: 1 }, limit: 1 })).toMatchObject([
    { name: 'Budi' },
  ]);
  expect(await User.exists({ name: 'Dewi' })).toBe(false);
  expect(await User.distinct('role', {})).toEqual(['admin', 'guest']);
  expect(await User.countDocuments({ role: 'guest' })).toBe(2);
  const streamed: string[] = [];
  for await (const { name } of await User.findCursor({}, { sort: { name: -1 } })) streamed.push(name);
  expect(streamed).toEqual(['Citra', 'Budi', 'Ayu']);

  expect(await User.updateOne({ name: 'Ayu' }, { $push: { tags: 'poem' } })).toMatchObject({
    modifiedCount: 1,
  });
  expect((await User.updateMany({ role: 'guest' }, { $inc: { age: 1 } })).modifiedCount).toBe(2);
  expect(await User.findOneAndUpdate({ name: 'Ayu' }, { $set: { 'address.city': 'Sanur' } })).toMatchObject({
    age: 31,
    tags: ['novel', 'poem'],
    address: { city: 'Sanur' },
  });
  expect(await User.upsert({ name: 'Dewi' }, { $set: { age: 40 } })).toMatchObject({
    role: 'guest',
    age: 40,
  });
  expect(
    await User.bulkWrite([
      { insertOne: { document: { name: 'Eka' } } },
      { updateOne: { filter: { name: 'Fitri' }, update: { $set: { age: 5 } }, upsert: true } },
      { deleteOne: { filter: { name: 'Budi' } } },
    ]),
  ).toMatchObject({ insertedCount: 1, upsertedCount: 1, deletedCount: 1 });
  expect(
    await User.aggregate([{ $group: { _id: '$role', ages: { $sum: '$age' } } }, { $sort: { _id: 1 } }]),
  ).toEqual([
    { _id: 'admin', ages: 0 },
    { _id: 'guest', ages: 76 },
  ]);

  await on.client.withSession((session) =>
    session.withTransaction(async () => {
      await User.insertOne({ name: 'Gita' }, { session });
      await User.deleteOne({ name: 'Eka' }, { session });
    }),
  );
  expect(await User.findOneAndDelete({ name: 'Gita' })).toMatchObject({ name: 'Gita' });
  expect((await User.deleteMany({})).deletedCount).toBe(4);
});

test.skipIf(process.env['MONGODB_URI'])('a validator is refused by name, not forgotten', async () => {
  await using on = await started();
  const papr = new Papr();
  papr.initialize(on.db);
  await expect(papr.updateSchema(papr.model('users', users))).rejects.toMatchObject({
    codeName: 'IDLUnknownField',
    message: expect.stringContaining('validator'),
  });
});
