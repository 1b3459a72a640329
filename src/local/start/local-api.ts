import type { DryRun, RequestedRun, RunView } from '../../run/service.ts';

/** The API of the functions in this process, over HTTP and with a key like any other caller. */
export interface LocalApi {
  requestRun(): Promise<RequestedRun>;
  dryRun(): Promise<DryRun>;
  run(id: string): Promise<RunView>;
}

/** Every method throws an Error with the words of the problem answered. */
export function openLocalApi(url: string, key: string): LocalApi {
  async function ask(path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${url}/api${path}`, {
      headers: { 'x-functions-key': key },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    throw new Error(problemOf(text) ?? `${path} answered ${response.status}; the log says why`);
  }
  return {
    requestRun: () => ask('/runs', {}) as Promise<RequestedRun>,
    dryRun: () => ask('/runs', { dryRun: true }) as Promise<DryRun>,
    run: (id) => ask(`/runs/${encodeURIComponent(id)}`) as Promise<RunView>,
  };
}

function problemOf(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  const { detail, next } = JSON.parse(text) as { detail?: string; next?: string };
  return [detail, next].filter(Boolean).join(' ') || undefined;
}
