/**
 * `npm run docs`: writes the pages of the SDK and of the API's procedures from the sources, and says where a doc
 * comment leaves something unsaid.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, makePages } from './sdk/pages.ts';
import { makeProcedurePage, procedurePage } from './sdk/procedures.ts';

const { pages, complaints } = makePages();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [file, body] of pages) writeFileSync(join(folder, file), body);
writeFileSync(procedurePage, makeProcedurePage());
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;
