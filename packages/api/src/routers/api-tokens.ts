import { apiTokens, Page } from '@paper-circe/core';
import { z } from 'zod';
import { createToken, NewToken } from '../api-tokens/index.ts';
import { adminProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';

export const apiTokensRouter = router({
  findByTenant: adminProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => apiTokens.findByTenant(ctx.clinic, input).then(shown.page(shown.apiToken))),
  create: adminProcedure
    .input(NewToken)
    .mutation(({ ctx, input }) =>
      createToken(ctx.clinic, input).then(({ made, ...once }) => ({ ...shown.apiToken(made), ...once })),
    ),
  revoke: adminProcedure
    .input(z.strictObject({ id: apiTokens.ApiTokenId }))
    .mutation(({ ctx, input }) => apiTokens.revoke(ctx.clinic, input.id)),
});
