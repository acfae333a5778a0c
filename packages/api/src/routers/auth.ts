import { Page, sessions } from '@paper-circe/core';
import * as accounts from '../accounts.ts';
import { ChosenPassword, choosePassword, LinkToken, userOfLink } from '../links.ts';
import { publicProcedure, signedInProcedure } from '../procedures.ts';
import { hashOf } from '../secrets.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { ASession } from './input.ts';

export const authRouter = router({
  login: publicProcedure
    .input(accounts.Credentials)
    .mutation(({ ctx, input }) => accounts.login(ctx, input).then(shown.user)),
  passwordLink: publicProcedure
    .input(LinkToken)
    .query(({ ctx, input }) => userOfLink(ctx.clinic, input.token).then(shown.user)),
  choosePassword: publicProcedure
    .input(ChosenPassword)
    .mutation(({ ctx, input }) => choosePassword(ctx.clinic, input).then(shown.user)),
  changePassword: signedInProcedure
    .input(accounts.PasswordChange)
    .mutation(({ ctx, input }) => accounts.changePassword(ctx, input).then(shown.user)),
  sessions: signedInProcedure
    .input(Page.optional())
    .query(({ ctx, input }) =>
      sessions.findByUser(ctx.clinic, ctx.signedIn.id, input).then(shown.page(shown.session(ctx.token))),
    ),
  revokeSession: signedInProcedure
    .input(ASession)
    .mutation(({ ctx, input }) => sessions.revoke(ctx.clinic, ctx.signedIn.id, input.id)),
  revokeOtherSessions: signedInProcedure.mutation(({ ctx }) =>
    sessions.revokeAll(ctx.clinic, ctx.signedIn.id, ctx.token && hashOf(ctx.token)),
  ),
  me: signedInProcedure.query(({ ctx }) => shown.user(ctx.signedIn)),
  logout: publicProcedure.mutation(({ ctx }) => accounts.logout(ctx)),
});
