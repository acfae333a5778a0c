import { wholeIn } from '#lib/amount.ts';
import { platformApi, refused } from '#lib/server/api.ts';
import { countries, currencies, timeZones } from '#lib/server/choices.ts';
import { textOf } from '#lib/server/form.ts';
import { linkOf } from '#lib/server/link.ts';
import { slugOf } from '#lib/slug.ts';
import type { Actions, PageServerLoad } from './$types';

/** What a new clinic is chosen from. */
export const load: PageServerLoad = ({ locals }) => ({
  timeZones: timeZones('Asia/Jakarta', locals.locale),
  currencies: currencies('IDR', locals.locale),
  countries: countries('ID', locals.locale),
});

/** A choice of ours, or nothing, and then the clinic has the one that every clinic begins with. */
const languages: Record<string, 'id' | 'en'> = { id: 'id', en: 'en' };

export const actions: Actions = {
  /** The link is in the answer itself: nothing that keeps it leads to it once more. */
  default: async (event) => {
    const form = await event.request.formData();
    const text = (name: string) => textOf(form, name);
    const typed = {
      clinic: { name: text('clinic'), slug: text('slug') || slugOf(text('clinic')), domain: text('domain') },
      place: { timezone: text('timezone'), country: text('country'), currency: text('currency') },
      locale: text('locale'),
      limits: { maxUsers: text('maxUsers'), maxBookings: text('maxBookings') },
      administrator: { name: text('name'), email: text('email') },
    };
    const { domain, ...clinic } = typed.clinic;
    const locale = languages[typed.locale];
    const config = {
      ...typed.place,
      ...(locale && { locale }),
      features: {
        maxUsers: wholeIn(typed.limits.maxUsers),
        maxBookings: wholeIn(typed.limits.maxBookings),
      },
    };
    const api = await platformApi(event);
    try {
      const { tenant, user, link } = await api.tenants.provision({
        clinic: { ...clinic, ...(domain && { domain }), config },
        administrator: typed.administrator,
      });
      const { id, name, slug } = tenant;
      return { made: { id, name, administrator: user.name, ...linkOf(event, slug, link) } };
    } catch (thrown) {
      return refused(event, thrown, typed);
    }
  },
};
