// Who may call what. The scope that a procedure gets acts as the signed-in user, so that every audit event
// carries him; its tenant is the one of the address, and no input can name another.
import { actingAs, type users } from '@paper-circe/core';
import { userActor } from './actors.ts';
import { asking, notToBeTried } from './asked.ts';
import { asTrpcError, forbidden, unauthenticated } from './errors.ts';
import { procedure, type Meta } from './trpc.ts';

/** Anybody. */
export const publicProcedure = procedure.use(async ({ ctx, type, meta, next }) => {
  if (type === 'mutation' && meta?.for === 'anybody' && ctx.asked.dryRun) throw asTrpcError(notToBeTried());
  const result = await next();
  if (!result.ok) throw asTrpcError(result.error);
  return result;
});

/** Whoever is signed in at the clinic of the address, whatever the role. */
export const signedInProcedure = publicProcedure.meta({ for: 'signed in' }).use(async ({ ctx, next }) => {
  const user = await ctx.user();
  if (!user) throw unauthenticated();
  const clinic = actingAs(ctx.clinic, userActor(user));
  return next({ ctx: { signedIn: user, clinic: asking(clinic, ctx.asked) } });
});

function forRoles(whom: Meta['for'], ...roles: readonly users.Role[]) {
  return signedInProcedure.meta({ for: whom }).use(({ ctx, next }) => {
    if (!roles.includes(ctx.signedIn.role)) throw forbidden('You may not do this.', roles[0]);
    return next();
  });
}

/** The people who work at the clinic. */
export const staffProcedure = forRoles('staff', 'staff', 'admin');

/** Those who run the clinic. */
export const adminProcedure = forRoles('admin', 'admin');

/** Those who run the installation. The role exists on the platform's own address only. */
export const platformProcedure = forRoles('platform', 'platform_admin');
