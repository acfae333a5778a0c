import { every } from '@paper-circe/api';
import { clinicApi, everybodyAt, refuse } from '#lib/server/api.ts';
import { hoursOn } from '#lib/server/hours-on.ts';
import type { PageServerLoad } from './$types';

/** Everybody with what he has today, or (`show=inactive`) who left. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const inactive = event.url.searchParams.get('show') === 'inactive';
  try {
    const [{ today }, staff, treatments] = await Promise.all([
      api.clinic.current(),
      inactive ? Array.fromAsync(every((page) => api.staff.findInactive(page))) : everybodyAt(api),
      Array.fromAsync(every((page) => api.treatments.findByTenant(page))),
    ]);
    return {
      inactive,
      staff: staff.map((one) => ({
        id: one.id,
        name: one.name,
        avatar: one.isActive ? one.avatar : undefined,
        role: one.role,
        skills: one.skills,
        rating: one.rating,
        isActive: one.isActive,
        hasHours: one.workingHours.length > 0 || one.exceptions.some(({ date }) => date >= today),
        today: hoursOn(one, today),
        treatments: treatments.filter(({ assignedStaff }) => assignedStaff.includes(one.id)).length,
      })),
    };
  } catch (error) {
    refuse(event, error);
  }
};
