import { error } from '@sveltejs/kit';
import { decimals } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { clinicApi, refuse } from '#lib/server/api.ts';
import { csvOf } from '#lib/server/csv.ts';
import { rangeOf } from '../range.ts';
import { isTable, read, tables } from '../tables.ts';
import type { RequestHandler } from './$types';

/** One table of the reports as a file: amounts in the clinic's currency with its decimals, shares of one, days as `2026-11-24`. */
export const GET: RequestHandler = async (event) => {
  const { table: name, tenant } = event.params;
  if (!isTable(name)) error(404, m.error_not_found());
  const api = await clinicApi(event, tenant);
  try {
    const { today, currency } = await api.clinic.current();
    const { from, to } = rangeOf(event.url.searchParams, today);
    const { columns, rows } = tables[name](await read(api, { from, to }));
    const unit = 10 ** decimals(currency);
    const cells = rows.map((row) =>
      row.map((value, at) =>
        columns[at]?.kind === 'money' && typeof value === 'number' ? value / unit : value,
      ),
    );
    return new Response(csvOf([columns.map(({ label }) => label), ...cells]), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${tenant}-${name}-${from}-${to}.csv"`,
      },
    });
  } catch (thrown) {
    refuse(event, thrown);
  }
};
