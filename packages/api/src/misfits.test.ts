import { validation } from '@paper-circe/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { platformRouter, tenantRouter } from './root.ts';

const inputs = [tenantRouter, platformRouter].flatMap(({ _def }) =>
  Object.entries<{ _def: { inputs: readonly unknown[] } }>({ ...(_def.procedures as object) }).flatMap(
    ([path, procedure]) => {
      const [input] = procedure._def.inputs;
      return input instanceof z.ZodType ? [{ path, input }] : [];
    },
  ),
);

const wrong = [
  undefined, null, true, '', 'tomorrow', 'x'.repeat(20_000), -1, 1.5, 1e15, NaN, new Date(NaN), new Date(0),
  [], ['tomorrow'], Array(2000).fill('x'), [{}], {}, { $ne: null }, Array(2000).fill({}),
]; // prettier-ignore

/** Every object of an input with something wrong in one of its fields, at any depth of the schema. */
function* misfitting(schema: z.core.JSONSchema.BaseSchema): Generator<unknown> {
  yield* wrong;
  const fields = Object.entries(schema.properties ?? {});
  for (const [field, inner] of fields)
    if (typeof inner === 'object') for (const value of misfitting(inner)) yield { [field]: value };
  if (typeof schema.items === 'object' && !Array.isArray(schema.items))
    for (const value of misfitting(schema.items)) yield [value];
  for (const one of schema.anyOf ?? []) if (typeof one === 'object') yield* misfitting(one);
  if (fields.length > 0) yield { colour: 'red', constructor: 1 };
}

test('whatever does not fit an input is told in our words, with what is expected', () => {
  let said = 0;
  for (const { path, input } of inputs) {
    const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
    for (const value of misfitting(schema)) {
      const { error } = input.safeParse(value);
      if (!error) continue;
      for (const { message } of validation(error, value).details.issues) {
        said++;
        expect(message, `${path} ${message}`).toMatch(/^[^\n]{8,400}\.$/);
        expect(message, path).not.toMatch(/Invalid|Too (small|big)|nrecognized|expected|must|undefined|\/\^/);
      }
    }
  }
  expect(said).toBeGreaterThan(5000);
});
