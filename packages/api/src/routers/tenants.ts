import { Page, tenants } from '@paper-circe/core';
import { platformProcedure } from '../procedures.ts';
import { router } from '../trpc.ts';

export const tenantsRouter = router({
  findActive: platformProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => tenants.findActive(ctx.database, input)),
  create: platformProcedure
    .input(tenants.NewTenant)
    .mutation(({ ctx, input }) => tenants.create(ctx.database, ctx.clinic, input)),
});
