import { Page, patients } from '@paper-circe/core';
import { z } from 'zod';
import { staffProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { APatient, Text } from './input.ts';

const ByIds = z.strictObject({ ids: z.array(patients.PatientId).max(500) });
const ByPhone = z.strictObject({ phone: Text });
const Search = z.strictObject({ text: z.string().max(120), limit: z.int().min(1).max(50).default(10) });
const Changes = patients.PatientChanges.extend(APatient.shape);

const all = shown.all(shown.patient);
const page = shown.page(shown.patient);

export const patientsRouter = router({
  findByTenant: staffProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => patients.findByTenant(ctx.clinic, input).then(page)),
  findByTenantAndPhone: staffProcedure
    .input(ByPhone)
    .query(({ ctx, input }) =>
      patients.findByTenantAndPhone(ctx.clinic, input.phone).then((found) => found && shown.patient(found)),
    ),
  findByIds: staffProcedure
    .input(ByIds)
    .query(({ ctx, input }) => patients.findByIds(ctx.clinic, input.ids).then(all)),
  search: staffProcedure
    .input(Search)
    .query(({ ctx, input }) => patients.search(ctx.clinic, input.text, input.limit).then(all)),
  get: staffProcedure
    .input(APatient)
    .query(({ ctx, input }) => patients.get(ctx.clinic, input.id).then(shown.patient)),
  register: staffProcedure
    .input(patients.NewPatient)
    .mutation(({ ctx, input }) => patients.register(ctx.clinic, input).then(shown.patient)),
  update: staffProcedure
    .input(Changes)
    .mutation(({ ctx, input: { id, ...changes } }) =>
      patients.update(ctx.clinic, id, changes).then(shown.patient),
    ),
});
