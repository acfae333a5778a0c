import { staff, treatments } from '@paper-circe/core';
import { z } from 'zod';
import { adminProcedure, staffProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { ATreatment, Text } from './input.ts';

const ByCategory = z.strictObject({ category: Text });
const ByStaff = z.strictObject({ staffId: staff.StaffId });

const all = shown.all(shown.treatment);

export const treatmentsRouter = router({
  findByTenant: staffProcedure.query(({ ctx }) => treatments.findByTenant(ctx.clinic).then(all)),
  findByTenantAndCategory: staffProcedure
    .input(ByCategory)
    .query(({ ctx, input }) => treatments.findByTenantAndCategory(ctx.clinic, input.category).then(all)),
  findByTenantAndStaff: staffProcedure
    .input(ByStaff)
    .query(({ ctx, input }) => treatments.findByTenantAndStaff(ctx.clinic, input.staffId).then(all)),
  get: staffProcedure
    .input(ATreatment)
    .query(({ ctx, input }) => treatments.get(ctx.clinic, input.id).then(shown.treatment)),
  add: adminProcedure
    .input(treatments.NewTreatment)
    .mutation(({ ctx, input }) => treatments.add(ctx.clinic, input).then(shown.treatment)),
});
