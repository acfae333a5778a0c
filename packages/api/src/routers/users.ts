import { Page, users } from '@paper-circe/core';
import { addUser, NewAccount } from '../accounts.ts';
import { adminProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';

export const usersRouter = router({
  findByTenant: adminProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => users.findByTenant(ctx.clinic, input).then(shown.page(shown.user))),
  add: adminProcedure
    .input(NewAccount)
    .mutation(({ ctx, input }) => addUser(ctx.clinic, input).then(shown.user)),
});
