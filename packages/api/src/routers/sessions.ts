import { Page, sessions, users } from '@paper-circe/core';
import { z } from 'zod';
import { adminProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { ASession } from './input.ts';

const OfUser = z.strictObject({ userId: users.UserId });

/** The sessions of a clinic's users, for those who run it. Everybody's own are in `auth`. */
export const sessionsRouter = router({
  findByUser: adminProcedure
    .input(OfUser.extend(Page.shape))
    .query(({ ctx, input: { userId, ...page } }) =>
      sessions.findByUser(ctx.clinic, userId, page).then(shown.page(shown.session(ctx.token))),
    ),
  revoke: adminProcedure
    .input(OfUser.extend(ASession.shape))
    .mutation(({ ctx, input }) => sessions.revoke(ctx.clinic, input.userId, input.id)),
  revokeAll: adminProcedure
    .input(OfUser)
    .mutation(({ ctx, input }) => sessions.revokeAll(ctx.clinic, input.userId)),
});
