import { isCirceError, localDate, staff, tenants, type Database, type TenantScope } from '@paper-circe/core';
import { openedUnder } from './opened.ts';

/** What anybody may know of a clinic: how it looks, how it counts money and what day it is there. */
export function currentClinic({ tenant, clock }: TenantScope) {
  const { logo, theme, locale, timezone, country, currency, openingHours, booking, contact } = tenant.config;
  const now = clock();
  return {
    name: tenant.name,
    slug: tenant.slug,
    ...(logo && { logo }),
    theme,
    locale,
    timezone,
    country,
    currency,
    openingHours,
    gridMin: booking.gridMin,
    /** Whether patients book on its public page. */
    publicPage: booking.publicPage,
    contact,
    /** The local day, such as `2026-11-24`. */
    today: localDate(now, timezone),
    /** The server's now: what a page compares times with, whatever the clock of the desk says. */
    now,
  };
}

/** The language that a clinic's pages are in for whoever has chosen none; undefined where no clinic has this slug. */
export async function localeOf(database: Database, slug: string): Promise<'id' | 'en' | undefined> {
  if (!tenants.Slug.safeParse(slug).success) return undefined;
  return (await tenants.findBySlug(database, slug))?.config.locale;
}

/** A picture that a clinic shows: its logo, or one of its staff. */
export type Picture = Awaited<ReturnType<typeof tenants.getLogo>>;

/** The picture of this name as anybody may see it; undefined where no open clinic of this slug shows it. */
export async function pictureOf(
  url: URL,
  database: Database,
  named: { readonly tenant: string; readonly origin: string | undefined },
  file: string,
): Promise<Picture | undefined> {
  const isNotShown = (error: unknown) => {
    if (isCirceError(error, 'NOT_FOUND') || isCirceError(error, 'FORBIDDEN')) return undefined;
    throw error;
  };
  const clinic = await openedUnder(url, database, named).catch(isNotShown);
  if (!clinic) return undefined;
  const logo = await tenants.getLogo(clinic, file).catch(isNotShown);
  return logo ?? staff.getAvatar(clinic, file).catch(isNotShown);
}
