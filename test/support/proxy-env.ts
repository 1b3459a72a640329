import { vi } from 'vitest';

const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'];

/**
 * Takes every proxy setting away until vi.unstubAllEnvs(): the product brings all spellings to one value, so a setting that
 * was not stubbed would stay behind for the tests that share the process.
 */
export function stubNoProxies(): void {
  for (const name of names) for (const spelled of [name, name.toLowerCase()]) vi.stubEnv(spelled, undefined);
}
