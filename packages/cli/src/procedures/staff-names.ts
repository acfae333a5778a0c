import { every, failureOf, platform } from '@paper-circe/api';
import { createClient, type Client } from '@paper-circe/api/client';
import type { Server } from '../server/server.ts';
import { isRecord, type Row } from './columns.ts';

/**
 * The same answer with a `staffName` in each of its rows that has a `staffId` and no name, for people: a booking keeps no
 * name of who has it, since that is never history. Whoever may not read the staff sees ids.
 */
export async function withStaffNames({ url, tenant, token }: Server, answer: unknown): Promise<unknown> {
  const rows = rowsOf(answer);
  const ids = new Set(
    rows.flatMap(({ staffId, staffName }) => (isId(staffId) && staffName === undefined ? [staffId] : [])),
  );
  if (ids.size === 0 || tenant === platform) return answer;
  const client = createClient({ url, tenant, ...(token !== undefined && { token }) });
  const names = await namesOf(client, ids).catch((error: unknown) => {
    if (failureOf(error)?.code !== 'FORBIDDEN') throw error;
    return new Map<string, string>();
  });
  const named = (value: unknown): unknown => {
    if (!isRecord(value) || !isId(value['staffId'])) return value;
    const staffName = names.get(value['staffId']);
    return staffName === undefined ? value : { ...value, staffName };
  };
  if (Array.isArray(answer)) return answer.map(named);
  return isRecord(answer) && Array.isArray(answer['items'])
    ? { ...answer, items: answer['items'].map(named) }
    : named(answer);
}

function rowsOf(answer: unknown): Row[] {
  const all = Array.isArray(answer)
    ? answer
    : isRecord(answer) && Array.isArray(answer['items'])
      ? answer['items']
      : [answer];
  return all.filter(isRecord);
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
