// @paper-circe/core/conformance: puts an embedder's own functions around core, on his own database, to the test.
//
//   for await (const { name, passed, detail } of runConformance({ open, wrapper })) ...
export { conformanceChecks, runConformance, type ConformanceOptions, type ConformanceResult } from './run.ts';
export type { Wrapper } from './wrapper.ts';
