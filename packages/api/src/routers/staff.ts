import { staff } from '@paper-circe/core';
import { z } from 'zod';
import { adminProcedure, staffProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { AStaffMember, Text } from './input.ts';

const ByRole = z.strictObject({ role: Text });
const BySkill = z.strictObject({ skill: Text });
const ForTreatment = z.strictObject({ treatmentName: Text });

const all = shown.all(shown.staffMember);

export const staffRouter = router({
  findByTenant: staffProcedure.query(({ ctx }) => staff.findByTenant(ctx.clinic).then(all)),
  findByTenantAndRole: staffProcedure
    .input(ByRole)
    .query(({ ctx, input }) => staff.findByTenantAndRole(ctx.clinic, input.role).then(all)),
  findByTenantAndSkill: staffProcedure
    .input(BySkill)
    .query(({ ctx, input }) => staff.findByTenantAndSkill(ctx.clinic, input.skill).then(all)),
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
