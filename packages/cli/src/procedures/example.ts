import type { JsonSchema } from '@paper-circe/api';
import { examples } from '@paper-circe/core';

/** What somebody could write where a schema asks for JSON: all that it needs, and nothing that may be left out. */
export function exampleOf(schema: JsonSchema): string {
  return JSON.stringify(exampled(schema));
}

function exampled(schema: JsonSchema): unknown {
  const [one] = (schema.anyOf ?? []).filter((branch) => typeof branch === 'object');
  if (one) return exampled(one);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case 'object': {
      const all = Object.entries(schema.properties ?? {});
      const needed = all.filter(([field]) => schema.required?.includes(field));
      // Where everything may be left out, an example of nothing shows nothing.
      const shown = needed.length > 0 ? needed : all.slice(0, 1);
      return Object.fromEntries(
        shown.map(([field, inner]) => [field, typeof inner === 'object' ? exampled(inner) : null]),
      );
    }
    case 'array':
      return typeof schema.items === 'object' && !Array.isArray(schema.items) ? [exampled(schema.items)] : [];
    case 'number':
    case 'integer':
      return schema.minimum !== undefined && schema.minimum > 0 ? schema.minimum : 15;
    case 'boolean':
      return true;
    default:
      return texts[schema.format ?? ''] ?? (schema.pattern?.includes('[0-9a-f]{24}') ? examples.id : '...');
  }
}

const texts: Partial<Record<string, string>> = {
  'date-time': examples.instant,
  date: examples.day,
  email: examples.email,
  uri: examples.address,
};
