import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { ConfigError, type ConfigIssue } from '../config/issue.ts';
import { placedIn } from '../config/parse.ts';
import { type KnownTags, unknownTags } from '../config/unknown-tags.ts';
import { quantity } from '../messages/format.ts';
import { type SecretSetting, secretFault, secretSettingsOf } from '../run/secrets.ts';
import { settingsOf } from './open-operator.ts';

interface At {
  readonly publications: string | undefined;
  readonly data: string | undefined;
}

/**
 * Checks the names of tags and regions in a config file against the newest publication at hand: what a local service has in
 * force, else the file that was given, else that of the config's source, else the sample. Throws ConfigError for names that
 * none of its tags has.
 */
export async function checkTags(
  file: string,
  config: Config,
  { publications, data }: At,
): Promise<{ readonly known: KnownTags; readonly issues: readonly ConfigIssue[] }> {
  const known = (await inForce(data)) ?? (await newest(config, publications));
  const findings = unknownTags(config, known);
  const text = await readFile(file, 'utf8');
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new ConfigError(file, placedIn(text, errors));
  return { known, issues: placedIn(text, findings) };
}

/** Doubts about the names of tags and regions in the text of a config, without any file at hand but those that it names. */
export async function doubtsOf(text: string, config: Config): Promise<readonly ConfigIssue[]> {
  return placedIn(text, unknownTags(config, await newest(config, undefined)));
}

async function inForce(data: string | undefined): Promise<KnownTags | undefined> {
  if (data === undefined) return undefined;
  const [{ createContext }, { knownTags }] = await Promise.all([
    import('../composition-root.ts'),
    import('../run/known-tags.ts'),
  ]);
  return knownTags(await createContext(await settingsOf({ data }), () => {}));
}

async function newest(config: Config, publications: string | undefined): Promise<KnownTags> {
  const { newestTags } = await import('../local/start/newest-tags.ts');
  return newestTags(config, publications);
}

/** Against what tags were checked, and how far that goes. */
export function tagsText({ names, from, complete }: KnownTags): string {
  if (complete) return `Its tags were checked against the ${quantity(names.size, 'tag')} of ${from}.`;
  return `Tags and regions were checked for spelling alone, against ${from}: --publications PATH names a real file.`;
}

/** Each secret that a config needs, with what needs it, and whether it can be used here; where not, what to type. */
export function secretLines(config: Config, env: NodeJS.ProcessEnv = process.env): string[] {
  return secretSettingsOf(config).map((setting) => {
    const { name, neededBy } = setting;
    return `secret ${name} (${stateOf(setting, env)}): needed by ${neededBy.join(', ')}`;
  });
}

function stateOf(setting: SecretSetting, env: NodeJS.ProcessEnv): string {
  const fault = secretFault(setting, env);
  if (fault === undefined) return 'set here';
  return env[setting.name] ? fault : `not set here: export ${setting.name}=... before the service starts`;
}
