import { act } from '../act.ts';
import { isAdministrator } from '../actor.ts';
import { recordChange } from '../audit.ts';
import { CirceError, illegalState, invalid, notFound } from '../errors.ts';
import type { Update } from '../handle.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { localDate } from '../time.ts';
import { besideClosing } from './closing.ts';
import { dayClosesCollection } from './collection.ts';
import { NewDayClose, Reopening, type DayClose } from './schema.ts';
import { byMethod, paymentsOn, sumOf } from './till.ts';

type Fields = NonNullable<Update<DayClose>['$set']>;

/**
 * Closes a local day at the till: keeps what came in and what was counted, by whom and when. Money that is taken
 * afterwards is not refused; {@link till} shows it beside what was kept. A day that was opened again is closed anew.
 * @throws ILLEGAL_TRANSITION when it is closed already, or is still to come
 * @throws VALIDATION also when the count differs from what should be there and no note says why
 */
export async function close(clinic: TenantScope, input: NewDayClose): Promise<DayClose> {
  const given = parsed(NewDayClose, input);
  return act(clinic, 'dayCloses.close', given, async (inside) => {
    await besideClosing(inside, given.date);
    const before = await within(inside, dayClosesCollection).findOne({ date: given.date });
    if (before?.status === 'closed') throw illegalState('day', 'closed', 'closed');
    const today = localDate(inside.clock(), inside.tenant.config.timezone);
    if (given.date > today) throw illegalState('day', 'still to come', 'closed');
    return write(inside, 'dayCloses.close', given.date, before, await closed(inside, given));
  });
}

/**
 * Opens a day again that was closed, so that it can be counted anew. What was kept of it stays in the audit.
 * @throws FORBIDDEN unless the system or an administrator asks
 * @throws NOT_FOUND when the day was never closed
 * @throws ILLEGAL_TRANSITION when it is open already
 */
export async function reopen(clinic: TenantScope, input: Reopening): Promise<DayClose> {
  const { date, reason } = parsed(Reopening, input);
  if (!isAdministrator(clinic.actor)) {
    const message = 'Only an administrator can open a day again.';
    throw new CirceError('FORBIDDEN', message, { needs: 'admin' });
  }
  return act(clinic, 'dayCloses.reopen', { date, reason }, async (inside) => {
    const before = await within(inside, dayClosesCollection).findOne({ date });
    if (!before) throw notFound('closed day');
    if (before.status !== 'closed') throw illegalState('day', 'open', 'open');
    const reopened = { by: inside.actor, at: inside.clock(), reason };
    return write(inside, 'dayCloses.reopen', date, before, { status: 'reopened', reopened });
  });
}

async function closed(
  inside: TenantScope,
  { date, countedCash, openingCash, cashOut, notes }: ReturnType<typeof NewDayClose.parse>,
): Promise<Fields> {
  const payments = await paymentsOn(inside, date);
  const received = byMethod(payments);
  const cash = received.find(({ method }) => method === 'cash')?.amount ?? 0;
  const expectedCash = openingCash + cash - cashOut;
  const difference = countedCash - expectedCash;
  if (difference !== 0 && !notes) throw invalid('notes', 'The count differs: write where it may come from.');
  return {
    status: 'closed',
    closedAt: inside.clock(),
    closedBy: inside.actor,
    openingCash,
    cashOut,
    countedCash,
    expectedCash,
    difference,
    total: sumOf(payments),
    byMethod: received,
    notes: notes === '' ? undefined : notes,
  };
}

async function write(
  inside: TenantScope,
  action: string,
  date: string,
  before: DayClose | undefined,
  fields: Fields,
): Promise<DayClose> {
  const after = await within(inside, dayClosesCollection).upsert({ date }, { $set: fields });
  await recordChange(inside, action, dayClosesCollection, before, after);
  return after;
}
