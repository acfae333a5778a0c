// The other end of server.ts.
import { startEmbedded } from '@paper-circe/embedded';

const server = await startEmbedded({ file: process.argv[2]! });
process.once('disconnect', () => void server.close());
process.send?.(server.uri);
