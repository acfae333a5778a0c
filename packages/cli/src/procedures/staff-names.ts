import { every, failureOf, platform } from '@paper-circe/api';
import { createClient, type Client } from '@paper-circe/api/client';
import type { Server } from '../server/server.ts';
import { isRecord, listIn } from './columns.ts';

/**
 * The same answer with a `staffName` in each of its rows that has a `staffId` and no name, for people: a booking keeps no
 * name of who has it, since that is never history. Whoever may not read the staff sees ids.
 */
export async function withStaffNames({ url, tenant, token }: Server, answer: unknown): Promise<unknown> {
  const list = listIn(answer);
  const things = list ?? [answer];
  const ids = new Set(things.filter(isRecord).flatMap(({ staffId, staffName }) => (isId(staffId) && staffName === undefined ? [staffId] : []))); // prettier-ignore
  if (ids.size === 0 || tenant === platform) return answer;
  const client = createClient({ url, tenant, ...(token !== undefined && { token }) });
  const names = await namesOf(client, ids).catch((error: unknown) => {
    if (failureOf(error)?.code !== 'FORBIDDEN') throw error;
    return new Map<string, string>();
  });
  const named = things.map((thing) => {
    const staffName = isRecord(thing) && isId(thing['staffId']) ? names.get(thing['staffId']) : undefined;
    return isRecord(thing) && staffName !== undefined ? { ...thing, staffName } : thing;
  });
  if (!list) return named[0];
  return isRecord(answer) ? { ...answer, items: named } : named;
}

const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{24}$/.test(value);

async function namesOf({ staff }: Client, ids: ReadonlySet<string>): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for await (const { id, name } of every((page) => staff.findByTenant.query(page))) names.set(id, name);
  // Who has left is in no list that everybody at the desk may read.
  const left = [...ids].filter((id) => !names.has(id)).slice(0, mostLeft);
  for (const id of left) names.set(id, (await staff.get.query({ id: id as never })).name);
  return names;
}

const mostLeft = 20;
