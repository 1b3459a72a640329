import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createOperator } from '../../src/composition-root.ts';
import { routes } from '../../src/http/routes.ts';
import { signInLink } from '../../src/run/page-key.ts';
import type { Place, Story } from './long-history.ts';

/** One GET request to the app. */
export interface Question {
  /** The same with a long history and with a short one. */
  readonly name: string;
  /** Path and query. */
  readonly path: string;
}

/** Every GET route of the API and every view of the page, about what this place holds. Throws where one is left out. */
export async function questionsOf({ env }: Place, { region }: Story): Promise<Question[]> {
  const operator = await createOperator(env, () => {});
  const [{ runs }, { items }, kept] = await Promise.all([
    operator.runs({ most: 1 }),
    operator.inbox(),
    operator.publications(),
  ]);
  const [run = ''] = runs.map((one) => one.run);
  const part = items.find(({ kind }) => kind === 'part')?.id ?? '';
  const inForce = kept.filter(({ status }) => status === 'accepted').map(({ changeNumber }) => String(changeNumber));
  const [newest = '', before = ''] = inForce;
  if (run === '' || part === '' || before === '') {
    throw new Error(
      `expected a run, a part that waits and two publications, got ${JSON.stringify({ run, part, inForce })}`,
    );
  }
  const tag = `Storage.${region}`;
  const address = '20.0.0.1';
  const api: Readonly<Record<string, string>> = {
    health: 'health',
    feeds: 'feeds/branches',
    runs: 'runs?limit=100',
    run: `runs/${run}`,
    status: 'status',
    holds: 'holds',
    inbox: 'inbox',
    registries: 'registries',
    plans: `plans/${run}/hub`,
    lookup: `lookup?ip=${address}`,
    changes: 'changes?limit=100',
    version: 'version',
    'atom-target': 'atom/targets/hub',
    'atom-list': 'atom/lists/pulls',
    list: 'lists/pulls',
    publications: 'publications',
    publication: `publications/${newest}`,
    diff: `diff?from=${before}&to=${newest}`,
    tags: 'tags',
    'tag-history': `tags/${tag}/history`,
    'tag-chart': `tags/${tag}/chart`,
    'region-weeks': 'region-weeks?service=Storage',
    'region-chart': 'region-weeks/chart?service=Storage',
    why: `why?address=${address}`,
    openapi: 'openapi.json',
    docs: 'docs',
  };
  const left = routes.filter(({ name, methods }) => methods.some((one) => one === 'GET') && api[name] === undefined);
  if (left.length > 0) throw new Error(`expected each GET route here, got none of ${left.map(({ name }) => name)}`);
  const page = {
    '/ui': '/ui',
    '/ui/inbox/{id}/approve': `/ui/inbox/${part}/approve`,
    '/ui/targets': '/ui/targets',
    '/ui/targets/{id}': '/ui/targets/hub',
    '/ui/changes': '/ui/changes',
    '/ui/tags': '/ui/tags',
    '/ui/tags/{tag}': `/ui/tags/${tag}`,
    '/ui/tags/regions/{service}': '/ui/tags/regions/Storage',
    '/ui/charts/tag/{tag}': `/ui/charts/tag/${tag}`,
    '/ui/charts/regions/{service}': '/ui/charts/regions/Storage',
    '/ui/runs': '/ui/runs',
    '/ui/runs/{id}': `/ui/runs/${run}`,
    '/ui/plans/{run}/{target}': `/ui/plans/${run}/hub`,
    '/ui/publications': '/ui/publications',
    '/ui/publications/{id}': `/ui/publications/${newest}`,
    '/ui/why?address=': `/ui/why?address=${address}`,
    '/ui/control': '/ui/control',
  };
  return [
    ...Object.entries(api).map(([name, path]) => ({ name: `${name}`, path: `/api/${path}` })),
    { name: 'why, on a day', path: `/api/why?address=${address}&at=2024-01-16` },
    ...Object.entries(page).map(([name, path]) => ({ name, path })),
  ];
}

/** The built app in a process of its own. */
interface App {
  /** Milliseconds, and what the app used of the processor meanwhile. Throws for an answer other than 200. */
  ask(question: Question): Promise<{ ms: number; cpuMs: number }>;
  close(): Promise<void>;
}

export async function openApp(entry: string, env: NodeJS.ProcessEnv): Promise<App> {
  const { url, cpu, close } = await startApp(entry, env);
  const link = signInLink(url, env.SERVICE_TAG_SYNC_PAGE_KEY ?? '', new Date(), 'on call');
  const cookie = (await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const headersOf = (path: string): Record<string, string> => {
    if (path.startsWith('/ui')) return { cookie };
    return { 'x-functions-key': path.startsWith('/api/feeds/') ? (env.FEED_KEY ?? '') : 'a-function-key' };
  };
  return {
    async ask({ name, path }) {
      const before = await cpu();
      const start = performance.now();
      const answer = await fetch(`${url}${path}`, {
        headers: headersOf(path),
        redirect: 'manual',
      });
      const text = await answer.text();
      const ms = performance.now() - start;
      if (answer.status !== 200) throw new Error(`${name}: ${path}: ${answer.status} ${text.slice(0, 300)}`);
      return { ms, cpuMs: (await cpu()) - before };
    },
    close,
  };
}

/** The built app in a process of its own, for who asks it in ways of his own. */
interface StartedApp {
  readonly url: string;
  /** Milliseconds that it has used of the processor so far. */
  cpu(): Promise<number>;
  close(): Promise<void>;
}

export async function startApp(entry: string, env: NodeJS.ProcessEnv): Promise<StartedApp> {
  const child = fork(fileURLToPath(new URL('../support/app-process.ts', import.meta.url)), [entry], {
    env: { ...process.env, ...env },
  });
  const { url } = await told<{ url: string }>(child, 'url');
  return {
    url,
    async cpu() {
      child.send('cpu');
      const { cpu: used } = await told<{ cpu: NodeJS.CpuUsage }>(child, 'cpu');
      return (used.user + used.system) / 1_000;
    },
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** The next message of the app that has this field. */
function told<T extends object>(child: ChildProcess, field: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the app ended with ${code}`));
    const hear = (message: object) => {
      if (!(field in message)) return;
      child.off('message', hear);
      child.off('exit', ended);
      resolve(message as T);
    };
    child.on('message', hear);
    child.once('exit', ended);
  });
}
