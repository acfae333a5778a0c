export { startMongos, type Mongos } from '@paper-circe/embedded/testing/mongos';
