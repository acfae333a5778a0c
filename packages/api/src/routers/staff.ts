import { availability, LocalDate, Page, Seen, staff } from '@paper-circe/core';
import { z } from 'zod';
import { adminProcedure, staffProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { AStaffMember, Base64Picture, Text } from './input.ts';

const ByRole = Page.extend({ role: Text });
const BySkill = Page.extend({ skill: Text });
const ForTreatment = z.strictObject({ treatmentName: Text });

const Changes = staff.StaffChanges.extend(AStaffMember.shape);
const Avatar = staff.AvatarUpload.omit({ data: true }).extend({
  ...AStaffMember.shape,
  image: Base64Picture,
});
const SeenStaff = Seen.extend(AStaffMember.shape);
const Leave = SeenStaff.extend({ timeOff: availability.TimeOff });
const LeaveDays = staff.Days.extend(SeenStaff.shape);
const Exception = availability.DateException.extend(SeenStaff.shape);
const ExceptionDay = SeenStaff.extend({ date: LocalDate });
const Performs = staff.PerformedTreatments.extend(AStaffMember.shape);

const all = shown.all(shown.staffMember);
const page = shown.page(shown.staffMember);

export const staffRouter = router({
  findByTenant: staffProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => staff.findByTenant(ctx.clinic, input).then(page)),
  findByTenantAndRole: staffProcedure
    .input(ByRole)
    .query(({ ctx, input: { role, ...wanted } }) =>
      staff.findByTenantAndRole(ctx.clinic, role, wanted).then(page),
    ),
  findByTenantAndSkill: staffProcedure
    .input(BySkill)
    .query(({ ctx, input: { skill, ...wanted } }) =>
      staff.findByTenantAndSkill(ctx.clinic, skill, wanted).then(page),
    ),
  findAvailableForTreatment: staffProcedure
    .input(ForTreatment)
    .query(({ ctx, input }) => staff.findAvailableForTreatment(ctx.clinic, input.treatmentName).then(all)),
  get: staffProcedure
    .input(AStaffMember)
    .query(({ ctx, input }) => staff.get(ctx.clinic, input.id).then(shown.staffMember)),
  add: adminProcedure
    .input(staff.NewStaff)
    .mutation(({ ctx, input }) => staff.add(ctx.clinic, input).then(shown.staffMember)),
  findInactive: adminProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => staff.findInactive(ctx.clinic, input).then(page)),
  findUncovered: staffProcedure
    .input(AStaffMember)
    .query(({ ctx, input }) => staff.findUncovered(ctx.clinic, input.id).then(shown.all(shown.booking))),
  update: adminProcedure
    .input(Changes)
    .mutation(({ ctx, input: { id, ...changes } }) =>
      staff.update(ctx.clinic, id, changes).then(shown.staffMember),
    ),
  uploadAvatar: adminProcedure
    .input(Avatar)
    .mutation(({ ctx, input: { id, image, ...seen } }) =>
      staff
        .uploadAvatar(ctx.clinic, id, { ...seen, data: Buffer.from(image, 'base64') })
        .then(shown.staffMember),
    ),
  undo: adminProcedure
    .input(SeenStaff)
    .mutation(({ ctx, input: { id, ...seen } }) => staff.undo(ctx.clinic, id, seen).then(shown.staffMember)),
  addTimeOff: adminProcedure
    .input(Leave)
    .mutation(({ ctx, input: { id, timeOff, ...seen } }) =>
      staff.addTimeOff(ctx.clinic, id, timeOff, seen).then(shown.staffMember),
    ),
  removeTimeOff: adminProcedure
    .input(LeaveDays)
    .mutation(({ ctx, input: { id, revision, ...days } }) =>
      staff.removeTimeOff(ctx.clinic, id, days, { revision }).then(shown.staffMember),
    ),
  setException: adminProcedure
    .input(Exception)
    .mutation(({ ctx, input: { id, revision, ...exception } }) =>
      staff.setException(ctx.clinic, id, exception, { revision }).then(shown.staffMember),
    ),
  removeException: adminProcedure
    .input(ExceptionDay)
    .mutation(({ ctx, input: { id, date, ...seen } }) =>
      staff.removeException(ctx.clinic, id, date, seen).then(shown.staffMember),
    ),
  setTreatments: adminProcedure
    .input(Performs)
    .mutation(({ ctx, input: { id, ...performs } }) => staff.setTreatments(ctx.clinic, id, performs)),
  deactivate: adminProcedure
    .input(SeenStaff)
    .mutation(({ ctx, input: { id, ...seen } }) =>
      staff.deactivate(ctx.clinic, id, seen).then(shown.staffMember),
    ),
  restore: adminProcedure
    .input(SeenStaff)
    .mutation(({ ctx, input: { id, ...seen } }) =>
      staff.restore(ctx.clinic, id, seen).then(shown.staffMember),
    ),
});
