import type { Config } from '../config/config.ts';
import { type FreshnessLimits, freshnessLimits } from '../core/publication/freshness.ts';

/** The ages from which on the source is late and stale: the config's, else the cloud's. */
export function limitsOf({
  cloud,
  freshness,
}: Pick<Config, 'cloud' | 'freshness'>): Pick<FreshnessLimits, 'lateAfter' | 'staleAfter'> {
  const { lateAfter, staleAfter } = freshnessLimits[cloud];
  return { lateAfter: freshness.lateAfterDays ?? lateAfter, staleAfter: freshness.staleAfterDays ?? staleAfter };
}
