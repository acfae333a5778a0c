import { Page, patients, Seen } from '@paper-circe/core';
import { z } from 'zod';
import { adminProcedure, staffProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { APatient, Text } from './input.ts';

const ByIds = z.strictObject({ ids: z.array(patients.PatientId).max(500) });
const ByPhones = z.strictObject({ phones: z.array(Text).max(100) });
const ByPhone = z.strictObject({ phone: Text });
const Search = Page.extend({ text: z.string().max(120) });
const Changes = patients.PatientChanges.extend(APatient.shape);
const SeenPatient = Seen.extend(APatient.shape);
const HistoryOf = patients.HistoryPage.extend(APatient.shape);

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
  findByPhones: staffProcedure
    .input(ByPhones)
    .query(({ ctx, input }) =>
      patients
        .findByPhones(ctx.clinic, input.phones)
        .then((found) => found.map((one) => one && shown.patient(one))),
    ),
  findByIds: staffProcedure
    .input(ByIds)
    .query(({ ctx, input }) => patients.findByIds(ctx.clinic, input.ids).then(all)),
  findInactive: adminProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => patients.findInactive(ctx.clinic, input).then(page)),
  search: staffProcedure
    .input(Search)
    .query(({ ctx, input: { text, ...wanted } }) =>
      patients
        .search(ctx.clinic, text, wanted)
        .then(({ complete, ...found }) => ({ ...page(found), complete })),
    ),
  suggestDuplicates: staffProcedure
    .input(APatient)
    .query(({ ctx, input }) =>
      patients.suggestDuplicates(ctx.clinic, input.id).then(shown.all(shown.duplicate)),
    ),
  history: staffProcedure
    .input(HistoryOf)
    .query(({ ctx, input: { id, ...wanted } }) =>
      patients.history(ctx.clinic, id, wanted).then(shown.history),
    ),
  get: staffProcedure
    .input(APatient)
    .query(({ ctx, input }) => patients.get(ctx.clinic, input.id).then(shown.patient)),
  register: staffProcedure
    .input(patients.NewPatient)
    .mutation(({ ctx, input }) => patients.register(ctx.clinic, input).then(shown.patient)),
  registerMany: staffProcedure
    .input(patients.NewPatients)
    .mutation(({ ctx, input }) => patients.registerMany(ctx.clinic, input)),
  update: staffProcedure
    .input(Changes)
    .mutation(({ ctx, input: { id, ...changes } }) =>
      patients.update(ctx.clinic, id, changes).then(shown.patient),
    ),
  merge: adminProcedure
    .input(patients.Merge)
    .mutation(({ ctx, input }) => patients.merge(ctx.clinic, input).then(shown.merged)),
  deactivate: adminProcedure
    .input(SeenPatient)
    .mutation(({ ctx, input: { id, ...seen } }) =>
      patients.deactivate(ctx.clinic, id, seen).then(shown.patient),
    ),
  erase: adminProcedure
    .input(SeenPatient)
    .mutation(({ ctx, input: { id, ...seen } }) =>
      patients
        .erase(ctx.clinic, id, seen)
        .then((erased) => ({ ...erased, patient: shown.patient(erased.patient) })),
    ),
  restore: adminProcedure
    .input(SeenPatient)
    .mutation(({ ctx, input: { id, ...seen } }) =>
      patients.restore(ctx.clinic, id, seen).then(shown.patient),
    ),
});
