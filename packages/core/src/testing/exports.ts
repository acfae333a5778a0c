// What core exports, as types: so that a test can ask for a line about each function of a kind, and does not compile
// when a new function has none.
import type { z } from 'zod';
import type * as core from '../index.ts';
import type { Paged } from '../page.ts';
import type { TenantScope } from '../tenancy.ts';

type Callable = (...given: never[]) => unknown;
type Leaf =
  | z.ZodType
  | ReadonlySet<unknown>
  | (abstract new (...given: never[]) => unknown)
  | string
  | number;

type NameIn<Module> = {
  [Name in keyof Module & string]: Module[Name] extends Leaf
    ? never
    : Module[Name] extends Callable
      ? Name
      : `${Name}.${NameIn<Module[Name]>}`;
}[keyof Module & string];

type At<Module, Path> = Path extends keyof Module
  ? Module[Path]
  : Path extends `${infer Space}.${infer Name}`
    ? Space extends keyof Module
      ? At<Module[Space], Name>
      : never
    : never;

/** Every function that core exports, by its public name, such as `patients.get`. */
export type Functions = { [Name in NameIn<typeof core>]: At<typeof core, Name> };

/** The names of the functions that take a clinic first. */
export type OfClinic = {
  [Name in keyof Functions]: Functions[Name] extends (...given: infer Given) => unknown
    ? Given extends [TenantScope, ...unknown[]]
      ? Name
      : never
    : never;
}[keyof Functions];

type Answer<Name extends keyof Functions> = Functions[Name] extends (...given: never[]) => infer Result
  ? Awaited<Result>
  : never;

/** The names of the functions that answer a page of a list. */
export type OfPages = {
  [Name in keyof Functions]: Answer<Name> extends Paged<unknown> ? Name : never;
}[keyof Functions];

/** The names of the functions that answer a list as a whole. */
export type OfWholeLists = {
  [Name in keyof Functions]: Answer<Name> extends readonly unknown[] ? Name : never;
}[keyof Functions];
