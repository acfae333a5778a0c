import { tenants } from '@paper-circe/core';
import { platformProcedure } from '../procedures.ts';
import { router } from '../trpc.ts';

export const tenantsRouter = router({
  findActive: platformProcedure.query(({ ctx }) => tenants.findActive(ctx.database)),
  create: platformProcedure
    .input(tenants.NewTenant)
    .mutation(({ ctx, input }) => tenants.create(ctx.database, ctx.clinic, input)),
});
