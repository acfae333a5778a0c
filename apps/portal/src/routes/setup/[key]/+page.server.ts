import { timingSafeEqual } from 'node:crypto';
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { setUp } from '@paper-circe/api';
import { problemsOf, sentHours, weekIn, weekOf, weekdays } from '#lib/hours.ts';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refused } from '#lib/server/api.ts';
import { countries, currencies, timeZones } from '#lib/server/choices.ts';
import { passwordOf, textOf } from '#lib/server/form.ts';
import { awaitsSetUp, start } from '#lib/server/installation.ts';
import { slugOf } from '#lib/slug.ts';
import type { Actions, PageServerLoad } from './$types';

/** Nobody but who reads what the process prints may set it up, and nobody after it has a clinic. */
async function guard(event: RequestEvent<{ key: string }>): Promise<void> {
  const { setUpKey } = await start();
  const [given, key] = [event.params.key, setUpKey ?? ''].map((text) => Buffer.from(text)) as [
    Buffer,
    Buffer,
  ];
  if (key.length === 0 || given.length !== key.length || !timingSafeEqual(given, key)) {
    error(404, m.error_not_found());
  }
  if (!(await awaitsSetUp())) redirect(303, '/');
}

/** What a first clinic is chosen from. */
export const load: PageServerLoad = async (event) => {
  await guard(event);
  const { locale } = event.locals;
  return {
    timeZones: timeZones('Asia/Jakarta', locale),
    currencies: currencies('IDR', locale),
    countries: countries('ID', locale),
    week: weekOf(weekdays.map((day) => `${day} 09:00-20:00`)),
  };
};

export const actions: Actions = {
  default: async (event) => {
    await guard(event);
    const form = await event.request.formData();
    const text = (name: string) => textOf(form, name);
    const clinic = { name: text('clinic'), slug: text('slug') || slugOf(text('clinic')) };
    const place = { timezone: text('timezone'), country: text('country'), currency: text('currency') };
    const person = { name: text('name'), email: text('email') };
    const password = passwordOf(form);
    const week = weekIn(form, 'hours');
    const problems = problemsOf(week);
    const isRepeated = password === passwordOf(form, 'repeat');
    const typed = { clinic, place, person, week, problems, isRepeated };
    const isRight = Object.keys(problems).length === 0 && isRepeated;
    const { database } = await start();
    try {
      const config = { ...place, locale: event.locals.locale, openingHours: sentHours(week, isRight) };
      const administrator = { ...person, password };
      const { slug } = await setUp(database, { clinic: { ...clinic, config }, administrator });
      const api = await clinicApi(event, slug);
      await api.auth.login({ email: person.email, password });
      clinic.slug = slug;
    } catch (thrown) {
      return refused(event, thrown, typed);
    }
    redirect(303, paths.start(clinic.slug));
  },
};
