import * as accounts from '../accounts.ts';
import { publicProcedure, signedInProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';

export const authRouter = router({
  login: publicProcedure
    .input(accounts.Credentials)
    .mutation(({ ctx, input }) => accounts.login(ctx, input).then(shown.user)),
  me: signedInProcedure.query(({ ctx }) => shown.user(ctx.signedIn)),
  logout: publicProcedure.mutation(({ ctx }) => accounts.logout(ctx)),
});
