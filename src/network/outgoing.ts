import { type Agent, EnvHttpProxyAgent, fetch } from 'undici';
import { alignProxySettings } from './proxy-settings.ts';

/**
 * What every HTTP client of our own sends through: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY count, and an address of
 * this machine is always reached directly. Certificates of NODE_EXTRA_CA_CERTS are taken by Node itself.
 * @param connect options of the connections that are not led through a proxy.
 */
export function outgoingAgent(connect?: Agent.Options['connect']): EnvHttpProxyAgent {
  alignProxySettings();
  return new EnvHttpProxyAgent(connect === undefined ? {} : { connect });
}

/** fetch() through the outgoing agent. */
export function outgoingFetch(
  url: string,
  init: Omit<NonNullable<Parameters<typeof fetch>[1]>, 'dispatcher'>,
): ReturnType<typeof fetch> {
  return fetch(url, { ...init, dispatcher: outgoingAgent() });
}

/** The time by a server's clock, whatever it answers; undefined where the answer has none. */
export async function dateAt(url: string, signal: AbortSignal): Promise<Date | undefined> {
  const { body, headers } = await outgoingFetch(url, { signal });
  await body?.cancel();
  const date = headers.get('date');
  return date === null ? undefined : new Date(date);
}
