import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { every } from '@paper-circe/api';
import { hoursOf, problemsOf, weekIn, weekOf } from '#lib/hours.ts';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { publicPath } from '#lib/patient-paths.ts';
import { clinicApi, refuse, refused, type ClinicApi } from '#lib/server/api.ts';
import { countries, currencies, timeZones } from '#lib/server/choices.ts';
import { setFlash } from '#lib/server/flash.ts';
import { revisionOf, textOf } from '#lib/server/form.ts';
import type { Actions, PageServerLoad } from './$types';

/** What a clinic decides for itself, what it is chosen from, and how much of its limits is used. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const { locale } = event.locals;
  try {
    const [{ config }, usage, booked] = await Promise.all([
      api.clinic.settings(),
      api.clinic.usage(),
      api.bookings.findByTenant({ limit: 1 }),
    ]);
    // Every booking keeps its local day and its price: with the first one they are decided.
    const decided = booked.items.length > 0;
    return {
      usage,
      decided,
      priced: decided ? undefined : await pricedAt(api),
      timeZones: decided
        ? [{ value: config.timezone, label: config.timezone }]
        : timeZones(config.timezone, locale),
      currencies: currencies(config.currency, locale).filter(
        ({ value }) => !decided || value === config.currency,
      ),
      countries: countries(config.country, locale),
      week: weekOf(config.openingHours),
      publicAddress: new URL(publicPath(event.params.tenant), event.url).href,
    };
  } catch (error) {
    refuse(event, error);
  }
};

/** The treatments whose prices another currency would leave as they are, and one of them; undefined when there are none. */
async function pricedAt(api: ClinicApi) {
  const all = await Array.fromAsync(every((page) => api.treatments.findByTenant(page)));
  const priced = all.filter(({ price }) => price > 0);
  const [first] = priced;
  return first && { count: priced.length, name: first.name, price: first.price };
}

/** Whether prices would be in another currency from now on, which the box beside the warning says is meant. */
async function changesPrices(event: RequestEvent<{ tenant: string }>, form: FormData): Promise<boolean> {
  const currency = textOf(form, 'currency');
  if (!currency || textOf(form, 'sure') === 'on') return false;
  const api = await clinicApi(event, event.params.tenant);
  const { config } = await api.clinic.settings();
  return config.currency !== currency && (await pricedAt(api)) !== undefined;
}

type Settings = Parameters<ClinicApi['clinic']['configure']>[0];

/**
 * Saves one part of the settings and leads back, or answers with what was typed in that part.
 * @param isToBeAsked whether to answer so before anything is saved: who sent it is asked whether it is meant
 */
async function save(
  event: RequestEvent<{ tenant: string }>,
  part: string,
  settingsOf: (typed: (name: string) => string) => Settings,
  isToBeAsked: (form: FormData) => Promise<boolean> = () => Promise.resolve(false),
) {
  const slug = event.params.tenant;
  const api = await clinicApi(event, slug);
  const form = await event.request.formData();
  const typed = Object.fromEntries(
    [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.trim()]] : [])),
  );
  try {
    if (await isToBeAsked(form)) return { failure: undefined, typed: { ...typed, part, asks: true } };
    await api.clinic.configure({ ...settingsOf((name) => textOf(form, name)), ...revisionOf(form) });
  } catch (thrown) {
    return refused(event, thrown, { part, ...typed });
  }
  setFlash(event, m.settings_saved());
  redirect(303, paths.settings(slug));
}

/** A choice of ours, or whatever was sent in its place, which the API then refuses. */
const languages: Record<string, 'id' | 'en'> = { id: 'id', en: 'en' };

export const actions: Actions = {
  clinic: (event) =>
    save(event, 'clinic', (typed) => {
      const locale = languages[typed('locale')];
      return { name: typed('name'), config: { ...(locale && { locale }) } };
    }),
  region: (event) =>
    save(
      event,
      'region',
      (typed) => {
        const [timezone, currency, country] = [typed('timezone'), typed('currency'), typed('country')];
        // What is decided already cannot be chosen, and is not sent.
        return {
          config: {
            ...(timezone && { timezone }),
            ...(currency && { currency }),
            ...(country && { country }),
          },
        };
      },
      (form) => changesPrices(event, form),
    ),
  booking: (event) =>
    save(event, 'booking', (typed) => ({
      config: {
        booking: {
          gridMin: Number(typed('gridMin')),
          noticeMin: Number(typed('noticeMin')),
          windowDays: Number(typed('windowDays')),
          cancelBeforeMin: Number(typed('cancelBeforeMin')),
        },
      },
    })),
  public: (event) =>
    save(event, 'public', (typed) => ({
      config: {
        booking: { publicPage: typed('publicPage') === 'on' },
        contact: { phone: typed('phone'), address: typed('address') },
      },
    })),
  hours: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const week = weekIn(form, 'hours');
    const problems = problemsOf(week);
    if (Object.keys(problems).length > 0)
      return fail(400, { failure: undefined, typed: { part: 'hours', week, problems } });
    try {
      await api.clinic.configure({ config: { openingHours: hoursOf(week) }, ...revisionOf(form) });
    } catch (thrown) {
      return refused(event, thrown, { part: 'hours', week, problems });
    }
    setFlash(event, m.settings_saved());
    redirect(303, paths.settings(slug));
  },
};
