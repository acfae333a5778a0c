import { rmSync } from 'node:fs';

export default function teardown(): void {
  rmSync(process.env['CIRCE_DEMOS'] ?? '', { recursive: true, force: true });
}
