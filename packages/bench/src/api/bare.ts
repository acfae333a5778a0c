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
      const session = await db.collection('sessions').findOne({ tenantId, tokenHash });
      const user =
        session &&
        (await db
          .collection('users')
          .findOne({ tenantId, _id: new ObjectId(String(session['userId'])), isActive: true }));
      if (!user) throw new TRPCError({ code: 'UNAUTHORIZED' });
      const patient = await db.collection('patients').findOne({ tenantId, _id: new ObjectId(input.id) });
      if (!patient) throw new TRPCError({ code: 'NOT_FOUND' });
      const { _id, searchWords: _words, ...seen } = patient;
      return { ...seen, id: _id.toHexString() };
    }),
  });
}
