import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commandOptions } from '../command-options.ts';
import { knownKinds, loadConfig } from '../config/load.ts';
import { grantsFile, rolesFile } from '../run/rights.ts';
import { endAsUsage } from './end-as-usage.ts';

// Command `npm run role [-- --config FILE]`: writes infra/roles.json from the code and, given a config, infra/grants.json.
const infra = new URL('../../infra/', import.meta.url);
const usage = `npm run role [-- --config FILE]
  Writes infra/roles.json, the rights of each kind of target; with a config also infra/grants.json: who gets which, where.`;
const values = commandOptions(usage, { config: { type: 'string' } });
try {
  await writeFile(new URL('roles.json', infra), rolesFile(knownKinds.targets));
  process.stdout.write('infra/roles.json: what each kind of target may do\n');
  if (values.config !== undefined) {
    const { config } = await loadConfig(path.resolve(values.config), () => new Date());
    await writeFile(new URL('grants.json', infra), grantsFile(config, knownKinds.targets));
    process.stdout.write(`infra/grants.json: what the identities of ${values.config} get, and where\n`);
  }
} catch (error) {
  endAsUsage(error);
}
