import { apiTokens, Page, type TenantScope } from '@paper-circe/core';
import { z } from 'zod';
import { createToken, NewPlatformToken, NewToken } from '../api-tokens/index.ts';
import { adminProcedure, platformProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';

const AToken = z.strictObject({ id: apiTokens.ApiTokenId });

type Given = Parameters<typeof createToken>[1];

const found = (clinic: TenantScope, page?: Page) =>
  apiTokens.findByTenant(clinic, page).then(shown.page(shown.apiToken));

const created = (clinic: TenantScope, given: Given) =>
  createToken(clinic, given).then(({ made, ...once }) => ({ ...shown.apiToken(made), ...once }));

export const apiTokensRouter = router({
  findByTenant: adminProcedure.input(Page.optional()).query(({ ctx, input }) => found(ctx.clinic, input)),
  create: adminProcedure.input(NewToken).mutation(({ ctx, input }) => created(ctx.clinic, input)),
  revoke: adminProcedure.input(AToken).mutation(({ ctx, input }) => apiTokens.revoke(ctx.clinic, input.id)),
});

/** The same for the platform's own. */
export const platformTokensRouter = router({
  findByTenant: platformProcedure.input(Page.optional()).query(({ ctx, input }) => found(ctx.clinic, input)),
  create: platformProcedure.input(NewPlatformToken).mutation(({ ctx, input }) => created(ctx.clinic, input)),
  revoke: platformProcedure
    .input(AToken)
    .mutation(({ ctx, input }) => apiTokens.revoke(ctx.clinic, input.id)),
});
