import { Page, staff } from '@paper-circe/core';
import { z } from 'zod';
import { adminProcedure, staffProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { AStaffMember, Text } from './input.ts';

const ByRole = Page.extend({ role: Text });
const BySkill = Page.extend({ skill: Text });
const ForTreatment = z.strictObject({ treatmentName: Text });

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
});
