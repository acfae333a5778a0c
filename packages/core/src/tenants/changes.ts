import { z } from 'zod';
import { Revision, Seen } from '../revision.ts';
import { line } from '../text.ts';
import { Domain, fields, Slug } from './schema.ts';

/** What a clinic decides for itself; what is an empty text is taken away, opening hours take the place of all before. */
const settings = {
  logo: z.union([z.literal(''), fields.logo]).optional(),
  theme: z
    .strictObject({
      primaryColor: fields.colour.optional(),
      secondaryColor: fields.colour.optional(),
    })
    .optional(),
  timezone: fields.timezone.optional(),
  country: fields.country.optional(),
  locale: fields.locale.optional(),
  currency: fields.currency.optional(),
  openingHours: fields.openingHours.optional(),
  booking: z
    .strictObject({
      gridMin: fields.gridMin.optional(),
      noticeMin: fields.noticeMin.optional(),
      windowDays: fields.windowDays.optional(),
      cancelBeforeMin: fields.cancelBeforeMin.optional(),
      publicPage: z.boolean().optional(),
    })
    .optional(),
  contact: z
    .strictObject({
      /** In any spelling that people of the clinic's country use. */
      phone: z.union([z.literal(''), line(30)]).optional(),
      address: fields.address.optional(),
    })
    .optional(),
};

/** What a clinic changes of itself; what is not named stays. */
export const ClinicSettings = z.strictObject({
  name: line(120).optional(),
  config: z.strictObject(settings).optional(),
  revision: Revision,
});
export type ClinicSettings = z.input<typeof ClinicSettings>;

/** What the platform decides beside them: slug, limits and the domain; an empty domain is taken away. */
export const TenantChanges = ClinicSettings.extend({
  slug: Slug.optional(),
  domain: z.union([z.literal(''), Domain]).optional(),
  config: z
    .strictObject({
      ...settings,
      features: z
        .strictObject({
          maxUsers: fields.maxUsers.optional(),
          maxBookings: fields.maxBookings.optional(),
        })
        .optional(),
    })
    .optional(),
});
export type TenantChanges = z.input<typeof TenantChanges>;

/** Why a clinic is closed, for whoever asks later; its own people find it in their audit once it is open again. */
export const Suspension = Seen.extend({ reason: line(500) });
export type Suspension = z.input<typeof Suspension>;

/** Why it is opened again, where somebody says so. */
export const Activation = Seen.extend({ reason: line(500).optional() });
export type Activation = z.input<typeof Activation>;
