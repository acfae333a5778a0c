import type { ClinicApi } from './api.ts';
import { publicClinic } from './public-clinic.ts';

/** Who is signed in, and the clinic, as every page of what is a patient's own shows them. */
export async function ownFrame(api: ClinicApi) {
  const [user, clinic] = await Promise.all([api.auth.me(), api.clinic.current()]);
  const { today, now } = clinic;
  return { user: { name: user.name, email: user.email }, clinic: publicClinic(clinic), today, now };
}
