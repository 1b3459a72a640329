import type { Config } from '../../config/config.ts';
import { detailsPageAddress } from '../../sources/download-centre.ts';

/** Why the download centre cannot be reached, or undefined if it answers. Waits for the first answer only. */
export async function whyUnreachable(config: Config, withinMs: number): Promise<string | undefined> {
  const { detailsPage } = config.source.settings as { detailsPage?: string };
  const url = detailsPage ?? detailsPageAddress(config.cloud);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
    await response.body?.cancel();
    return response.ok ? undefined : `${new URL(url).host} answered ${response.status}`;
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    const cause = error instanceof TypeError ? error.cause : undefined;
    if (!timedOut && !(cause instanceof Error)) throw error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause ?? error);
    return `${new URL(url).host} does not answer (${code})`;
  }
}
