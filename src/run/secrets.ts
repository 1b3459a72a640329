import type { Config } from '../config/config.ts';
import { type JsonPath, pathText } from '../config/issue.ts';
import { feedSecret, resolveSecret, SecretError } from '../ports/secret.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** An environment setting that a config expects a secret in. */
export interface SecretSetting {
  readonly name: string;
  /** What needs it, by its place in the config: `targets.factory.devices.firewall-1.secrets[0]`. */
  readonly neededBy: readonly string[];
  /** Whether a client of a feed shows it: an app that serves feeds alone needs these and no others. */
  readonly ofFeed: boolean;
}

const kindsOfFeeds = ['feed', 'feed-names'];

/** Every `{ "$env": "NAME" }` of a config by its name, sorted, each name once. */
export function secretSettingsOf(config: Pick<Config, 'source' | 'targets' | 'channels'>): SecretSetting[] {
  const feeds = new Set(Object.keys(config.targets).filter((id) => isFeed(config.targets[id]?.kind)));
  const found = new Map<string, { name: string; neededBy: string[]; ofFeed: boolean }>();
  const { source, targets, channels } = config;
  for (const { name, path } of referencesIn({ source, targets, channels }, [])) {
    const setting = found.get(name) ?? { name, neededBy: [], ofFeed: false };
    setting.neededBy.push(pathText(path));
    setting.ofFeed ||= path[0] === 'targets' && feeds.has(String(path[1]));
    found.set(name, setting);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isFeed(kind: string | undefined): boolean {
  return kind !== undefined && kindsOfFeeds.includes(kind);
}

function* referencesIn(value: unknown, path: JsonPath): Generator<{ readonly name: string; readonly path: JsonPath }> {
  if (typeof value !== 'object' || value === null) return;
  const { $env: name } = value as { readonly $env?: unknown };
  if (typeof name === 'string') {
    yield { name, path };
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const part = Array.isArray(value) ? Number(key) : key;
    // The fields of a kind stand beside the others in the document; a loaded config has them in `settings`.
    yield* referencesIn(inner, isSettings(path, key) ? path : [...path, part]);
  }
}

function isSettings(path: JsonPath, key: string): boolean {
  return key === 'settings' && path.length === (path[0] === 'source' ? 1 : 2);
}

/** What is wrong with the secret in a setting, without its value; undefined if it can be used. */
export function secretFault({ name, ofFeed }: SecretSetting, env: Env): string | undefined {
  try {
    if (ofFeed) feedSecret({ $env: name }, env);
    else resolveSecret({ $env: name }, env);
    return undefined;
  } catch (error) {
    if (error instanceof SecretError) return error.message;
    throw error;
  }
}

/** A line for each secret of a config that cannot be used in `env`, with what needs it. An app of feeds alone has no others. */
export function secretFaultsOf(config: Config, env: Env): string[] {
  const own = secretSettingsOf(config).filter(({ ofFeed }) => ofFeed || env.SERVICE_TAG_SYNC_SERVES !== 'feeds');
  return own.flatMap((setting) => {
    const fault = secretFault(setting, env);
    return fault === undefined ? [] : [`${fault} (needed by ${setting.neededBy.join(', ')})`];
  });
}
