import { Page, Seen, sessions, users } from '@paper-circe/core';
import { z } from 'zod';
import { addUser, NewAccount, setPassword } from '../accounts.ts';
import { allowReset, Invitation, invite, inviteToPlatform, PlatformInvitation } from '../links.ts';
import { NewPassword } from '../passwords.ts';
import { adminProcedure, platformProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { AUser, OfPatient } from './input.ts';

const ByIds = z.strictObject({ ids: z.array(users.UserId).max(200) });
const Changes = users.UserChanges.extend(AUser.shape);
const RoleOf = users.NewRole.extend(AUser.shape);
const PasswordOf = Seen.extend(AUser.shape).extend({ password: NewPassword });
const SeenUser = Seen.extend(AUser.shape);
const PlatformChanges = Changes.omit({ patientId: true });

const invited = ({ user, link }: Awaited<ReturnType<typeof invite>>) => ({ user: shown.user(user), link });

export const usersRouter = router({
  findByTenant: adminProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => users.findByTenant(ctx.clinic, input).then(shown.page(shown.user))),
  findByPatient: adminProcedure
    .input(OfPatient)
    .query(({ ctx, input }) => users.findByPatient(ctx.clinic, input.patientId).then(shown.all(shown.user))),
  signedIn: adminProcedure.input(ByIds).query(({ ctx, input }) => sessions.signedIn(ctx.clinic, input.ids)),
  add: adminProcedure
    .input(NewAccount)
    .mutation(({ ctx, input }) => addUser(ctx.clinic, input).then(shown.user)),
  invite: adminProcedure
    .input(Invitation)
    .mutation(({ ctx, input }) => invite(ctx.clinic, input).then(invited)),
  allowReset: adminProcedure
    .input(SeenUser)
    .mutation(({ ctx, input: { id, ...seen } }) => allowReset(ctx.clinic, id, seen)),
  get: adminProcedure
    .input(AUser)
    .query(({ ctx, input }) => users.get(ctx.clinic, input.id).then(shown.user)),
  update: adminProcedure
    .input(Changes)
    .mutation(({ ctx, input: { id, ...changes } }) => users.update(ctx.clinic, id, changes).then(shown.user)),
  changeRole: adminProcedure
    .input(RoleOf)
    .mutation(({ ctx, input: { id, ...role } }) => users.changeRole(ctx.clinic, id, role).then(shown.user)),
  setPassword: adminProcedure
    .input(PasswordOf)
    .mutation(({ ctx, input: { id, ...given } }) => setPassword(ctx.clinic, id, given).then(shown.user)),
  deactivate: adminProcedure
    .input(SeenUser)
    .mutation(({ ctx, input: { id, ...seen } }) => users.deactivate(ctx.clinic, id, seen).then(shown.user)),
  reactivate: adminProcedure
    .input(SeenUser)
    .mutation(({ ctx, input: { id, ...seen } }) => users.reactivate(ctx.clinic, id, seen).then(shown.user)),
});

/** Who runs the installation: every one of them may do everything, so there is no role to give. */
export const platformUsersRouter = router({
  findByTenant: platformProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => users.findByTenant(ctx.clinic, input).then(shown.page(shown.user))),
  signedIn: platformProcedure
    .input(ByIds)
    .query(({ ctx, input }) => sessions.signedIn(ctx.clinic, input.ids)),
  get: platformProcedure
    .input(AUser)
    .query(({ ctx, input }) => users.get(ctx.clinic, input.id).then(shown.user)),
  invite: platformProcedure
    .input(PlatformInvitation)
    .mutation(({ ctx, input }) => inviteToPlatform(ctx.clinic, input).then(invited)),
  allowReset: platformProcedure
    .input(SeenUser)
    .mutation(({ ctx, input: { id, ...seen } }) => allowReset(ctx.clinic, id, seen)),
  update: platformProcedure
    .input(PlatformChanges)
    .mutation(({ ctx, input: { id, ...changes } }) => users.update(ctx.clinic, id, changes).then(shown.user)),
  deactivate: platformProcedure
    .input(SeenUser)
    .mutation(({ ctx, input: { id, ...seen } }) => users.deactivate(ctx.clinic, id, seen).then(shown.user)),
  reactivate: platformProcedure
    .input(SeenUser)
    .mutation(({ ctx, input: { id, ...seen } }) => users.reactivate(ctx.clinic, id, seen).then(shown.user)),
});
