import { timesToMove as findTimesToMove } from '../me/appointment.ts';
import { parsed } from '../parsed.ts';
import type { DayOfTimes } from '../public-page/offer.ts';
import type { TenantScope } from '../tenancy.ts';
import { asStranger, linked, LinkedSearch } from './link.ts';

/**
 * The times to which a booking can be moved by its link, with all of the visit that it is one of, and whoever has it
 * now. Its own time counts as free.
 * @throws NOT_FOUND for every secret that is not good here, whatever the reason, and when one of its staff is inactive
 * and nobody else is asked for
 */
export async function timesToMove(clinic: TenantScope, input: LinkedSearch): Promise<DayOfTimes[]> {
  const { tokenHash, ...given } = parsed(LinkedSearch, input);
  const outside = asStranger(clinic);
  return findTimesToMove(outside, await linked(outside, tokenHash), given);
}
