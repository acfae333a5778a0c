import { Page, sessions, users } from '@paper-circe/core';
import { z } from 'zod';
import { adminProcedure, platformProcedure } from '../procedures.ts';
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

/** The sessions of those who run the installation, for each other. */
export const platformSessionsRouter = router({
  findByUser: platformProcedure
    .input(OfUser.extend(Page.shape))
    .query(({ ctx, input: { userId, ...page } }) =>
      sessions.findByUser(ctx.clinic, userId, page).then(shown.page(shown.session(ctx.token))),
    ),
  revoke: platformProcedure
    .input(OfUser.extend(ASession.shape))
    .mutation(({ ctx, input }) => sessions.revoke(ctx.clinic, input.userId, input.id)),
  revokeAll: platformProcedure
    .input(OfUser)
    .mutation(({ ctx, input }) => sessions.revokeAll(ctx.clinic, input.userId)),
});
