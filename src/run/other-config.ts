import { ConfigError } from '../config/issue.ts';
import { type LoadedConfig, parseConfig } from '../config/parse.ts';
import type { Kinds } from '../config/schema.ts';
import { RequestError } from './service.ts';

/**
 * A config to plan by in place of the one in force. Throws RequestError for one that is wrong, or that is of another
 * instance or cloud: that one has a store of its own.
 */
export function parseOther(text: string, { config: now }: LoadedConfig, kinds: Kinds, at: Date): LoadedConfig {
  const loaded = parse(text, kinds, at);
  const { config: next } = loaded;
  if (now.instance === next.instance && now.cloud === next.cloud) return loaded;
  throw new RequestError(
    `expected a config of instance ${now.instance} and cloud ${now.cloud}, got ${next.instance} and ${next.cloud}: another instance has a store of its own`,
  );
}

function parse(text: string, kinds: Kinds, now: Date): LoadedConfig {
  try {
    return parseConfig(text, { file: 'the given config', kinds, now });
  } catch (error) {
    if (error instanceof ConfigError) throw new RequestError(error.message);
    throw error;
  }
}
