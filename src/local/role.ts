import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from '../config/issue.ts';
import { knownKinds, loadConfig } from '../config/load.ts';
import { grantsFile, rolesFile } from '../run/rights.ts';

// Command `npm run role [-- --config FILE]`: writes infra/roles.json from the code and, given a config, infra/grants.json.
const infra = new URL('../../infra/', import.meta.url);
const { values } = parseArgs({ options: { config: { type: 'string' } } });
try {
  await writeFile(new URL('roles.json', infra), rolesFile(knownKinds.targets));
  process.stdout.write('infra/roles.json: what each kind of target may do\n');
  if (values.config !== undefined) {
    const { config } = await loadConfig(path.resolve(values.config), () => new Date());
    await writeFile(new URL('grants.json', infra), grantsFile(config, knownKinds.targets));
    process.stdout.write(`infra/grants.json: what the identities of ${values.config} get, and where\n`);
  }
} catch (error) {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else if (error instanceof Error && 'code' in error)
    process.stderr.write(`Cannot read ${values.config} (${error.code}).\n`);
  else throw error;
  process.exitCode = 2;
}
