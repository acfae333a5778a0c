// Who may call what. The scope that a procedure gets acts as the signed-in user or the program's token, so that every
// audit event carries it; its tenant is the one of the address, and no input can name another.
import { actingAs, type Actor, type users } from '@paper-circe/core';
import { userActor } from './actors.ts';
import { assertScope, budgetOf, tokenActor } from './api-tokens/index.ts';
import { asking, notToBeTried } from './asked.ts';
import type { Context } from './context.ts';
import { asTrpcError, forbidden, isMisfit, unauthenticated } from './errors.ts';
import { measured } from './measured.ts';
import { procedure, type Meta } from './trpc.ts';

interface Call {
  readonly ctx: Context;
  readonly path: string;
  readonly type: string;
}

/**
 * Procedures for somebody: everything that is done around each of them, in one step, since tRPC copies the whole call for
 * every step.
 * @param opened what a procedure gets beside the context, once it is known that who asks may call it
 */
function procedureFor<Opened extends object>(
  whom: Meta['for'],
  opened: (call: Call) => Promise<Opened> | Opened,
) {
  return procedure.meta({ for: whom }).use(({ ctx, path, type, next, getRawInput }) =>
    measured(path, async () => {
      try {
        const result = await next({ ctx: await opened({ ctx, path, type }) });
        if (!result.ok) throw result.error;
        return result;
      } catch (error) {
        // Of whoever may not call it nothing was read, and nothing is.
        throw asTrpcError(error, isMisfit(error) ? await getRawInput() : undefined);
      }
    }),
  );
}

/** Anybody. */
export const publicProcedure = procedureFor('anybody', ({ ctx, type }) => {
  if (type === 'mutation' && ctx.asked.dryRun) throw notToBeTried();
  return {};
});

/** Whoever is signed in at the clinic of the address, whatever the role. */
export const signedInProcedure = procedureFor('signed in', async ({ ctx }) => {
  const user = await ctx.user();
  if (!user) throw (await ctx.apiToken()) ? forbidden('No token may do this.') : unauthenticated();
  const unasked = actingAs(ctx.clinic, userActor(user));
  return { signedIn: user, clinic: asking(unasked, ctx.asked), unasked };
});

function forRoles(whom: Meta['for'], ...roles: readonly users.Role[]) {
  return procedureFor(whom, async ({ ctx, path, type }) => {
    const actor = (await program(ctx, path, type)) ?? (await person(ctx, roles));
    return { clinic: asking(actingAs(ctx.clinic, actor), ctx.asked) };
  });
}

/** A program, within the scopes of its token and not more often than it may; its role is nobody's. */
async function program(ctx: Context, path: string, type: string): Promise<Actor | undefined> {
  const token = await ctx.apiToken();
  if (!token) return undefined;
  budgetOf(ctx.database).spend(token.id, ctx.clinic.clock().getTime());
  assertScope(token, path, type);
  return tokenActor(token);
}

async function person(ctx: Context, roles: readonly users.Role[]): Promise<Actor> {
  const user = await ctx.user();
  if (!user) throw unauthenticated();
  if (!roles.includes(user.role)) throw forbidden('You may not do this.', roles[0]);
  return userActor(user);
}

/** Those whose account is a patient's: for what is their own, and nothing else. */
export const patientProcedure = forRoles('patient', 'user');

/** The people who work at the clinic. */
export const staffProcedure = forRoles('staff', 'staff', 'admin');

/** Those who run the clinic. */
export const adminProcedure = forRoles('admin', 'admin');

/** Those who run the installation. The role exists on the platform's own address only. */
export const platformProcedure = forRoles('platform', 'platform_admin');
