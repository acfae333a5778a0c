// `npm start`: builds the portal when it has to, then becomes its server. In this process, so that signals, the
// exit code and the working folder are the server's own.
import { build } from './build.ts';

const code = await build((line) => console.log(line));
if (code !== 0) process.exit(code);
await import('../apps/portal/server.js');
