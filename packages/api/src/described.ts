import { z } from 'zod';
import { platformRouter, tenantRouter } from './root.ts';
import { saysOf } from './says.ts';
import type { Meta } from './trpc.ts';

/** A procedure as a program can learn it: where it is, and JSON Schema of what it takes. */
export interface Described {
  /** Such as `bookings.findByTenantAndDate`. */
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  /** What it does, in a sentence. */
  readonly says: string;
  /** Who may call it. */
  readonly for: Meta['for'];
  /** Undefined where it takes nothing. An instant is a string of the format `date-time` in it. */
  readonly input: JsonSchema | undefined;
}

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Every procedure of a clinic's address, or of the platform's, in the order of the router. */
export function describedProcedures(of: 'clinic' | 'platform'): Described[] {
  const { procedures } = (of === 'clinic' ? tenantRouter : platformRouter)._def;
  return Object.entries(flattened(procedures)).map(([path, { _def }]) => {
    const [input] = _def.inputs;
    return {
      path,
      type: _def.type,
      says: saysOf(of, path),
      for: _def.meta.for,
      // Each takes a moment, and not everybody asks for all.
      get input() {
        return input instanceof z.ZodType ? schemaOf(input) : undefined;
      },
    };
  });
}

/** tRPC keeps procedures flat, by their whole path, and types them as the tree that they were written as. */
function flattened(procedures: object) {
  return procedures as Record<
    string,
    {
      readonly _def: {
        readonly type: Described['type'];
        readonly inputs: readonly unknown[];
        readonly meta: Meta;
      };
    }
  >;
}

function schemaOf(input: z.ZodType): JsonSchema {
  return z.toJSONSchema(input, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema._zod.def.type === 'date')
        Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    },
  });
}
