import { instantAt } from '@paper-circe/api/shared';

/** The time that a form said, such as `2026-11-24 10:15`, for treatments one after another. */
export function timeIn(
  text: string,
  steps: readonly { readonly treatment: { readonly durationMin: number } }[],
  zone: string,
) {
  const [date = '', time = ''] = text.split(' ');
  const startAt = instantAt(date, time, zone);
  const minutes = steps.reduce((sum, { treatment }) => sum + treatment.durationMin, 0);
  return { date, time, startAt, endAt: new Date(startAt.getTime() + minutes * 60_000) };
}
