import { Page, tenants } from '@paper-circe/core';
import { z } from 'zod';
import { inviteAgain, NewClinic, provision } from '../links.ts';
import { platformProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';

const ATenant = z.strictObject({ id: tenants.TenantId });
const Changes = tenants.TenantChanges.extend(ATenant.shape);
const SuspensionOf = tenants.Suspension.extend(ATenant.shape);
const ActivationOf = tenants.Activation.extend(ATenant.shape);

export const tenantsRouter = router({
  findActive: platformProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => tenants.findActive(ctx.database, input)),
  findSuspended: platformProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => tenants.findSuspended(ctx.database, input)),
  search: platformProcedure
    .input(tenants.TenantSearch.optional())
    .query(({ ctx, input }) => tenants.search(ctx.clinic, input)),
  get: platformProcedure.input(ATenant).query(({ ctx, input }) => tenants.get(ctx.clinic, input.id)),
  create: platformProcedure
    .input(tenants.NewTenant)
    .mutation(({ ctx, input }) => tenants.create(ctx.database, ctx.clinic, input)),
  provision: platformProcedure.input(NewClinic).mutation(({ ctx, input }) =>
    provision(ctx.database, ctx.clinic, input).then(({ user, ...made }) => ({
      ...made,
      user: shown.user(user),
    })),
  ),
  inviteAgain: platformProcedure
    .input(ATenant)
    .mutation(({ ctx, input }) => inviteAgain(ctx.clinic, input.id)),
  update: platformProcedure
    .input(Changes)
    .mutation(({ ctx, input: { id, ...changes } }) => tenants.update(ctx.clinic, id, changes)),
  suspend: platformProcedure
    .input(SuspensionOf)
    .mutation(({ ctx, input: { id, ...why } }) => tenants.suspend(ctx.clinic, id, why)),
  activate: platformProcedure
    .input(ActivationOf)
    .mutation(({ ctx, input: { id, ...why } }) => tenants.activate(ctx.clinic, id, why)),
});
