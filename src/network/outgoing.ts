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

type Init = Omit<NonNullable<Parameters<typeof fetch>[1]>, 'dispatcher'>;

/**
 * fetch() through one outgoing agent, which lasts: an agent for each call would leave its connections behind. Another one
 * takes its place where the proxy settings of the process become other ones.
 */
export function outgoingFetchWith(
  connect?: Agent.Options['connect'],
): (url: string, init: Init) => ReturnType<typeof fetch> {
  let kept: { readonly settings: string; readonly agent: EnvHttpProxyAgent } | undefined;
  return (url, init) => {
    alignProxySettings();
    const { HTTPS_PROXY, HTTP_PROXY, NO_PROXY } = process.env;
    const settings = JSON.stringify([HTTPS_PROXY, HTTP_PROXY, NO_PROXY]);
    if (kept?.settings !== settings) kept = { settings, agent: outgoingAgent(connect) };
    return fetch(url, { ...init, dispatcher: kept.agent });
  };
}

/** fetch() for what has no rules of its own. */
export const outgoingFetch = outgoingFetchWith();

/** The time by a server's clock, whatever it answers; undefined where the answer has none. */
export async function dateAt(url: string, signal: AbortSignal): Promise<Date | undefined> {
  const { body, headers } = await outgoingFetch(url, { signal });
  await body?.cancel();
  const date = headers.get('date');
  return date === null ? undefined : new Date(date);
}
