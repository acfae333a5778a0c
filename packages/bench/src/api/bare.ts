import { createHash } from 'node:crypto';
import { initTRPC, TRPCError } from '@trpc/server';
import { MongoClient, ObjectId } from 'mongodb';
import superjson from 'superjson';
import { z } from 'zod';

/** tRPC as somebody writes it who asks the driver for the clinic, the session, the user and the patient by hand. */
export async function bareRouter(uri: string, name: string) {
  const db = (await new MongoClient(uri).connect()).db(name);
  const t = initTRPC.context<{ request: Request }>().create({ transformer: superjson });
  const given = t.procedure.input(z.strictObject({ id: z.string().regex(/^[0-9a-f]{24}$/) }));
  return t.router({
    nothing: given.query(({ input }) => input),
    patient: given.query(async ({ ctx, input }) => {
      const tenant = await db.collection('tenants').findOne({ slug: 'bench' });
      const tenantId = tenant?._id.toHexString();
      const token = ctx.request.headers.get('authorization')?.slice(7) ?? '';
      const tokenHash = createHash('sha256').update(token).digest('hex');
      const [session] = await db.collection('sessions').aggregate(withUser(tenantId, tokenHash)).toArray();
      const [user] = (session?.['user'] ?? []) as unknown[];
      if (!user) throw new TRPCError({ code: 'UNAUTHORIZED' });
      const patient = await db.collection('patients').findOne({ tenantId, _id: new ObjectId(input.id) });
      if (!patient) throw new TRPCError({ code: 'NOT_FOUND' });
      const { _id, searchWords: _words, ...seen } = patient;
      return { ...seen, id: _id.toHexString() };
    }),
  });
}

/** Session and user in one round trip, as the API reads them: the layers are compared, not the ways to ask. */
function withUser(tenantId: string | undefined, tokenHash: string) {
  const from = { from: 'users', localField: 'userId', foreignField: '_id', as: 'user' };
  return [
    { $match: { tenantId, tokenHash } },
    { $limit: 1 },
    { $set: { userId: { $toObjectId: '$userId' } } },
    { $lookup: { ...from, pipeline: [{ $match: { tenantId, isActive: true } }] } },
  ];
}
