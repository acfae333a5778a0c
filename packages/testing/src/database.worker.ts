// What runs before each test file that needs a database.
import { startDatabase } from './index.ts';

await startDatabase();
