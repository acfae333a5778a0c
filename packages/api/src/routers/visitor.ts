import { asking } from '../asked.ts';
import { publicProcedure } from '../procedures.ts';
import { visitorsOf } from '../visitors.ts';

/** Anybody, as often as a person does it. */
export const visitorProcedure = publicProcedure.use(({ ctx, next }) => {
  const { database, clinic, address, asked } = ctx;
  visitorsOf(database).look(address, clinic.clock().getTime());
  return next({ ctx: { clinic: asking(clinic, asked) } });
});
