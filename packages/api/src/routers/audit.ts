import { audit, IdText, Page } from '@paper-circe/core';
import { z } from 'zod';
import { adminProcedure, platformProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';

const OfSubject = Page.extend({
  collection: z.enum([
    'tenants',
    'users',
    'patients',
    'staff',
    'treatments',
    'bookings',
    'dayCloses',
    'apiTokens',
  ]),
  documentId: IdText,
});

export const auditRouter = router({
  find: adminProcedure
    .input(audit.AuditSearch.optional())
    .query(({ ctx, input }) => audit.find(ctx.clinic, input).then(shown.page(shown.auditEvent))),
  firstBrokenLink: adminProcedure.query(({ ctx }) => audit.firstBrokenLink(ctx.clinic)),
  historyOf: adminProcedure
    .input(OfSubject)
    .query(({ ctx, input: { collection, documentId, ...wanted } }) =>
      audit.historyOf(ctx.clinic, collection, documentId, wanted).then(shown.page(shown.auditEvent)),
    ),
});

/** What the platform's administrators and programs did, to which clinic, and when. */
export const platformAuditRouter = router({
  find: platformProcedure
    .input(audit.AuditSearch.optional())
    .query(({ ctx, input }) => audit.find(ctx.clinic, input).then(shown.page(shown.auditEvent))),
});
