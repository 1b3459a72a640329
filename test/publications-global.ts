import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Microsoft's files, packed, where they lie beside a checkout. They are not part of this repository. */
const archive = fileURLToPath(new URL('../../shared/data/unpack', import.meta.url));

/**
 * Real publications for the tests that need them: those in SERVICE_TAGS_DATA, else those beside the checkout, unpacked
 * once for the whole run. Where there are none, the tests that need them say so and are skipped.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.SERVICE_TAGS_DATA !== undefined || !existsSync(archive)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'service-tags-'));
  try {
    execFileSync('bash', [archive, folder, 'Public'], { stdio: 'inherit' });
  } catch (error) {
    process.stderr.write(`real publications are left out: ${error instanceof Error ? error.message : String(error)}\n`);
    await rm(folder, { recursive: true });
    return undefined;
  }
  // Workers are forked after this and inherit it.
  process.env.SERVICE_TAGS_DATA = folder;
  return () => rm(folder, { recursive: true });
}
