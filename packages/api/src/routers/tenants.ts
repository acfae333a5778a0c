import { Page, Seen, tenants } from '@paper-circe/core';
import { z } from 'zod';
import { platformProcedure } from '../procedures.ts';
import { router } from '../trpc.ts';

const ATenant = z.strictObject({ id: tenants.TenantId });
const Changes = tenants.TenantChanges.extend(ATenant.shape);
const SeenTenant = Seen.extend(ATenant.shape);

export const tenantsRouter = router({
  findActive: platformProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => tenants.findActive(ctx.database, input)),
  findSuspended: platformProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => tenants.findSuspended(ctx.database, input)),
  create: platformProcedure
    .input(tenants.NewTenant)
    .mutation(({ ctx, input }) => tenants.create(ctx.database, ctx.clinic, input)),
  update: platformProcedure
    .input(Changes)
    .mutation(({ ctx, input: { id, ...changes } }) => tenants.update(ctx.clinic, id, changes)),
  suspend: platformProcedure
    .input(SeenTenant)
    .mutation(({ ctx, input: { id, ...seen } }) => tenants.suspend(ctx.clinic, id, seen)),
  activate: platformProcedure
    .input(SeenTenant)
    .mutation(({ ctx, input: { id, ...seen } }) => tenants.activate(ctx.clinic, id, seen)),
});
