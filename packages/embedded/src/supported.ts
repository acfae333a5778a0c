import { accumulators } from './aggregate/accumulators.ts';
import { stageMakers } from './aggregate/stages.ts';
import { commands } from './commands/table.ts';
import { operators } from './expression/operators.ts';
import { fieldOperators, topOperators } from './query/filter.ts';
import { modifiers } from './update/modifiers.ts';

/** What is supported, read from the tables that the server itself uses. Everything else it refuses by name. */
export function supported(): string {
  const rows: [string, Iterable<string>][] = [
    ['Commands', commands.keys()],
    ['Query operators', new Set([...topOperators, ...fieldOperators.keys()])],
    ['Projection', ['field: 1', 'field: 0', '$slice', '$elemMatch', 'field.$', 'expressions']],
    ['Update operators', modifiers.keys()],
    ['Positional updates', ['$', '$[]', '$[name]']],
    ['Stages', [...stageMakers.keys(), '$changeStream', '$collStats', '$documents']],
    ['Accumulators', accumulators.keys()],
    ['Expressions', operators.keys()],
    [
      'Indexes',
      ['ascending', 'descending', 'compound', 'multikey', 'unique', 'sparse', 'partial', 'TTL', 'hidden'],
    ],
  ];
  return rows
    .map(
      ([what, names]) =>
        `- **${what}**: ${[...names].map((name) => (what === 'Indexes' ? name : `\`${name}\``)).join(' ')}`,
    )
    .join('\n');
}

if (import.meta.main) console.log(supported());
