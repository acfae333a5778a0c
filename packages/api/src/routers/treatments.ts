import { Page, Seen, staff, treatments } from '@paper-circe/core';
import { adminProcedure, staffProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { ATreatment, Text } from './input.ts';

const ByCategory = Page.extend({ category: Text });
const ByStaff = Page.extend({ staffId: staff.StaffId });

const Changes = treatments.TreatmentChanges.extend(ATreatment.shape);
const SeenTreatment = Seen.extend(ATreatment.shape);

const page = shown.page(shown.treatment);

export const treatmentsRouter = router({
  findByTenant: staffProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => treatments.findByTenant(ctx.clinic, input).then(page)),
  findByTenantAndCategory: staffProcedure
    .input(ByCategory)
    .query(({ ctx, input: { category, ...wanted } }) =>
      treatments.findByTenantAndCategory(ctx.clinic, category, wanted).then(page),
    ),
  findByTenantAndStaff: staffProcedure
    .input(ByStaff)
    .query(({ ctx, input: { staffId, ...wanted } }) =>
      treatments.findByTenantAndStaff(ctx.clinic, staffId, wanted).then(page),
    ),
  get: staffProcedure
    .input(ATreatment)
    .query(({ ctx, input }) => treatments.get(ctx.clinic, input.id).then(shown.treatment)),
  add: adminProcedure
    .input(treatments.NewTreatment)
    .mutation(({ ctx, input }) => treatments.add(ctx.clinic, input).then(shown.treatment)),
  findInactive: adminProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => treatments.findInactive(ctx.clinic, input).then(page)),
  findCategories: staffProcedure.query(({ ctx }) => treatments.findCategories(ctx.clinic)),
  update: adminProcedure
    .input(Changes)
    .mutation(({ ctx, input: { id, ...changes } }) =>
      treatments.update(ctx.clinic, id, changes).then(shown.treatment),
    ),
  undo: adminProcedure
    .input(SeenTreatment)
    .mutation(({ ctx, input: { id, ...seen } }) =>
      treatments.undo(ctx.clinic, id, seen).then(shown.treatment),
    ),
  reorder: adminProcedure
    .input(treatments.PriceListOrder)
    .mutation(({ ctx, input }) => treatments.reorder(ctx.clinic, input)),
  renameCategory: adminProcedure
    .input(treatments.NewCategoryName)
    .mutation(({ ctx, input }) => treatments.renameCategory(ctx.clinic, input)),
  deactivate: adminProcedure
    .input(SeenTreatment)
    .mutation(({ ctx, input: { id, ...seen } }) =>
      treatments.deactivate(ctx.clinic, id, seen).then(shown.treatment),
    ),
  restore: adminProcedure
    .input(SeenTreatment)
    .mutation(({ ctx, input: { id, ...seen } }) =>
      treatments.restore(ctx.clinic, id, seen).then(shown.treatment),
    ),
});
