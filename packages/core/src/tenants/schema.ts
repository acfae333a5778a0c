import { z } from 'zod';
import { WeeklyHours } from '../availability/hours.ts';
import type { Id } from '../collections.ts';
import { uploadedPath } from '../images/address.ts';
import { isTimeZone } from '../time.ts';
import { IdText, line, Locale, paragraph, WebAddress } from '../text.ts';

export type TenantId = Id<'tenants'>;
export const TenantId = IdText.brand<'tenants', 'inout'>();

/** Words that are routes of ours and so cannot be a clinic's slug. */
export const reservedSlugs = new Set([
  'api', 'platform', 'book', 'health', 'login', 'logout', 'components', 'admin', 'assets', 'static', 'app',
  'metrics', 'setup', 'status', 'www', 'language', 'favicon', 'robots', '_app', 'theme',
]); // prettier-ignore

/** A clinic's word in addresses, such as `jakarta`: lower case, unique in the installation. */
export const Slug = z
  .string()
  .trim()
  .toLowerCase()
  .max(40)
  .regex(
    /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
    'Write small letters, digits and single dashes, such as klinik-melati.',
  )
  .refine((slug) => !reservedSlugs.has(slug), 'This word is used by Paper Circe itself.');

const colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'Write a colour as #8B5CF6.');

/** Each setting without its default. */
export const fields = {
  /** The address of a picture on the web, or the path of one that was uploaded. */
  logo: z.union([
    WebAddress,
    z.string().regex(uploadedPath, 'Write the path of a picture that was uploaded.'),
  ]),
  colour,
  maxUsers: z.int().min(1).max(1_000_000),
  /** Bookings created in a calendar month of the clinic's zone. */
  maxBookings: z.int().min(0).max(100_000_000),
  timezone: z.string().refine(isTimeZone, 'Write a time zone of the IANA list, such as Asia/Jakarta.'),
  /** ISO 3166, for phone numbers that begin with 0. */
  country: z.string().regex(/^[A-Z]{2}$/, 'Write two capital letters, such as ID.'),
  locale: Locale,
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'Write three capital letters, such as IDR.'),
  openingHours: z.array(WeeklyHours).max(50),
  /** Free times are offered at multiples of this many minutes. */
  gridMin: z.int().min(5).max(120).multipleOf(5),
  /** The least minutes between now and an appointment that a patient books online. */
  noticeMin: z.int().min(0).max(43_200),
  windowDays: z.int().min(1).max(365),
  /** The least minutes before an appointment in which a patient may still cancel. */
  cancelBeforeMin: z.int().min(0).max(43_200),
  /** Where the clinic is, as it is written on an envelope. */
  address: paragraph(300),
};

/** A name that ends in a dot is the same one without. */
export const Domain = z
  .hostname()
  .max(253)
  .toLowerCase()
  .overwrite((domain) => domain.replace(/\.$/, ''));

/** What a clinic can be configured with; everything has a default, documented or ours. */
const config = {
  logo: fields.logo.optional(),
  theme: z
    .strictObject({
      primaryColor: fields.colour.default('#8B5CF6'),
      secondaryColor: fields.colour.default('#EC4899'),
    })
    .prefault({}),
  features: z
    .strictObject({ maxUsers: fields.maxUsers.default(100), maxBookings: fields.maxBookings.default(1000) })
    .prefault({}),
  timezone: fields.timezone.default('Asia/Jakarta'),
  country: fields.country.default('ID'),
  locale: fields.locale.default('id'),
  currency: fields.currency.default('IDR'),
  openingHours: fields.openingHours.default(() =>
    ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day} 09:00-20:00`),
  ),
  booking: z
    .strictObject({
      gridMin: fields.gridMin.default(15),
      noticeMin: fields.noticeMin.default(60),
      windowDays: fields.windowDays.default(60),
      cancelBeforeMin: fields.cancelBeforeMin.default(1440),
      publicPage: z.boolean().default(false),
    })
    .prefault({}),
  /** How patients reach the clinic, as the public page says it. */
  contact: z
    .strictObject({
      /** E.164. */
      phone: z
        .string()
        .regex(/^\+\d{5,15}$/, 'Write a phone number as +622112345678.')
        .optional(),
      address: fields.address.optional(),
    })
    .prefault({}),
};
/** What a clinic can be configured with. */
export const TenantConfig = z.strictObject(config);
/**
 * What is read: settings that a newer version stored are left out, not refused. A documented one that makes no
 * sense, for the documentation allows any text and number, counts as never stored; of ours none is guessed.
 */
export const StoredTenantConfig = z.object({
  ...config,
  logo: config.logo.catch(undefined),
  theme: z.object(lenient(config.theme.unwrap().shape)).prefault({}).catch(config.theme.parse(undefined)),
  features: z
    .object(lenient(config.features.unwrap().shape))
    .prefault({})
    .catch(config.features.parse(undefined)),
  booking: z.object(config.booking.unwrap().shape).prefault({}),
  contact: z.object(config.contact.unwrap().shape).prefault({}),
});
export type TenantConfig = z.output<typeof TenantConfig>;

/** A clinic to be created. */
export const NewTenant = z.strictObject({
  name: line(120),
  slug: Slug,
  domain: Domain.optional(),
  // Nothing can have been uploaded yet.
  config: TenantConfig.extend({ logo: WebAddress.optional() }).prefault({}),
});
export type NewTenant = z.input<typeof NewTenant>;
/** A configuration as it is given: whatever is left out has its default. */
export type NewTenantConfig = z.input<typeof TenantConfig>;

function lenient<Shape extends Record<string, z.ZodDefault<z.ZodType>>>(shape: Shape) {
  return Object.fromEntries(
    Object.entries(shape).map(([key, setting]) => [key, setting.catch(setting.parse(undefined))]),
  ) as { [Key in keyof Shape]: z.ZodCatch<Shape[Key]> };
}

/** A clinic. Its configuration is whole: defaults fill what was never stored. */
export interface Tenant {
  readonly id: TenantId;
  readonly name: string;
  readonly slug: string;
  /** What its slug was before, the oldest first: these words lead to it still, and to nobody else. */
  readonly formerSlugs?: readonly string[];
  readonly domain?: string;
  readonly config: TenantConfig;
  readonly isActive: boolean;
  /** What the platform said when it suspended or activated the clinic last. */
  readonly stateReason?: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
  readonly revision: number;
}
