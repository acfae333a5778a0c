import mongoose from 'mongoose';
import { expect, test } from 'vitest';
import { started } from './testing/started.ts';

test('mongoose runs an everyday session: schemas, indexes, population, transactions, aggregation', async () => {
  await using on = await started();
  const connection = await mongoose
    .createConnection(on.server.uri, { dbName: on.db.databaseName })
    .asPromise();
  try {
    const Author = connection.model(
      'Author',
      new mongoose.Schema(
        { name: { type: String, required: true, unique: true }, tags: [String], born: Date },
        { timestamps: true },
      ),
    );
    const Book = connection.model(
      'Book',
      new mongoose.Schema({
        title: String,
        price: Number,
        author: { type: mongoose.Schema.Types.ObjectId, ref: 'Author' },
        meta: { pages: Number },
      }),
    );
    await Promise.all([Author.init(), Book.init()]);

    const ayu = await Author.create({ name: 'Ayu', tags: ['novel'], born: new Date('1970-01-01') });
    await expect(Author.create({ name: 'Ayu' })).rejects.toMatchObject({
      code: 11000,
      keyValue: { name: 'Ayu' },
    });
    await Book.insertMany([
      { title: 'One', price: 10, author: ayu._id, meta: { pages: 100 } },
      { title: 'Two', price: 20, author: ayu._id },
    ]);

    const book = await Book.findOne({ title: /^one$/i })
      .populate<{ author: { name: string } }>('author')
      .orFail();
    expect(book.author.name).toBe('Ayu');
    book.price = 12;
    await book.save();
    expect(
      await Book.findOneAndUpdate(
        { title: 'Two' },
        { $inc: { price: 5 } },
        { returnDocument: 'after' },
      ).lean(),
    ).toMatchObject({ price: 25 });
    ayu.tags.push('poem');
    await ayu.save();
    expect(await Author.findById(ayu.id).lean()).toMatchObject({ tags: ['novel', 'poem'] });
    expect(await Book.countDocuments({ price: { $gt: 11 } })).toBe(2);
    expect(await Book.distinct('price')).toEqual([12, 25]);
    expect(await Book.exists({ title: 'Three' })).toBeNull();
    expect(await Book.find().sort('-price').skip(1).limit(1).select('title -_id').lean()).toEqual([
      { title: 'One' },
    ]);
    expect(await Book.aggregate([{ $group: { _id: '$author', total: { $sum: '$price' } } }])).toMatchObject([
      { total: 37 },
    ]);

    await connection.transaction(async (session) => {
      await Book.create([{ title: 'Three', price: 1 }], { session });
      await Author.updateOne({ name: 'Ayu' }, { $set: { name: 'Ayu U.' } }, { session });
    });
    expect(await Book.countDocuments()).toBe(3);
    expect(
      await Book.bulkWrite([
        { updateOne: { filter: { title: 'Three' }, update: { price: 2 } } },
        { deleteOne: { filter: { title: 'One' } } },
      ]),
    ).toMatchObject({ modifiedCount: 1, deletedCount: 1 });
    const streamed: string[] = [];
    for await (const one of Book.find().sort('title').cursor()) streamed.push(one.title ?? '');
    expect(streamed).toEqual(['Three', 'Two']);
    await Book.deleteMany({});
    await connection.dropDatabase();
  } finally {
    await connection.close();
  }
});
