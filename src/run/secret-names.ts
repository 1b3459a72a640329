import type { Config } from '../config/config.ts';

/** Names of the settings in which an app finds its secrets, sorted. */
interface SecretNames {
  /** The acting app serves feeds too, and so needs every one. */
  readonly app: readonly string[];
  /** The feeds app needs those of devices and keys; the addresses of channels are none of its business. */
  readonly feeds: readonly string[];
}

/** Every `{ "$env": "NAME" }` of a config, by who needs it. */
export function secretNamesOf(config: Config): SecretNames {
  const feeds = Object.values(config.targets).filter(({ kind }) => kind === 'feed' || kind === 'feed-names');
  return { app: namesIn(config), feeds: namesIn(feeds) };
}

function namesIn(value: unknown): string[] {
  const found = new Set<string>();
  const visit = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return;
    const { $env: name } = one as { $env?: unknown };
    if (typeof name === 'string') found.add(name);
    else for (const inner of Object.values(one)) visit(inner);
  };
  visit(value);
  return [...found].sort();
}
