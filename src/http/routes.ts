import type { Endpoint, Route } from './handle.ts';

/**
 * Every route of the API, one row an operation. Functions, access, the OpenAPI document and docs/http-api.md follow from
 * it. It is loaded on every cold start, also by a timer that needs none of it: a row loads what answers, schemas and all,
 * with the first request. `health` is registered first, see functions/index.ts.
 */
const table = [
  {
    name: 'health',
    methods: ['GET'],
    path: 'health',
    authLevel: 'anonymous',
    summary: 'Whether config, storage and sign-in are in order.',
    load: async () => (await import('./checks.ts')).getHealth,
  },
  {
    // The host would want a key of its own. Devices can send HTTP Basic only, so a feed checks its own secrets.
    name: 'feeds',
    methods: ['GET', 'HEAD'],
    path: 'feeds/{name}',
    authLevel: 'anonymous',
    role: 'feed',
    summary: 'A list for firewalls that pull, as text.',
    load: async () => (await import('./feeds.ts')).getFeed,
  },
  {
    name: 'runs',
    methods: ['GET'],
    path: 'runs',
    role: 'reader',
    summary: 'Runs, newest first.',
    load: async () => (await import('./runs.ts')).getRuns,
  },
  {
    name: 'runs',
    methods: ['POST'],
    path: 'runs',
    role: 'operator',
    summary: 'Requests a run, or answers with what a run would do.',
    load: async () => (await import('./runs.ts')).postRuns,
  },
  {
    name: 'run',
    methods: ['GET'],
    path: 'runs/{id}',
    role: 'reader',
    summary: 'One run with its outcomes and events.',
    load: async () => (await import('./runs.ts')).getRun,
  },
  {
    name: 'test-channels',
    methods: ['POST'],
    path: 'channels/test',
    role: 'operator',
    summary: 'Sends a test message through channels.',
    load: async () => (await import('./checks.ts')).postTestChannels,
  },
  {
    name: 'status',
    methods: ['GET'],
    path: 'status',
    role: 'reader',
    summary: 'The state of the source and of every target.',
    load: async () => (await import('./views.ts')).getStatus,
  },
  {
    name: 'holds',
    methods: ['GET'],
    path: 'holds',
    role: 'reader',
    summary: 'Open holds, of tags and of targets.',
    load: async () => (await import('./views.ts')).getHolds,
  },
  {
    name: 'inbox',
    methods: ['GET'],
    path: 'inbox',
    role: 'reader',
    summary: 'What waits for a person: holds with questions, parts of plans, files; most urgent first.',
    load: async () => (await import('./views.ts')).getInbox,
  },
  {
    name: 'registries',
    methods: ['GET'],
    path: 'registries',
    role: 'reader',
    summary: 'Registries as they are now, with advice.',
    load: async () => (await import('./views.ts')).getRegistries,
  },
  {
    name: 'answers',
    methods: ['POST'],
    path: 'answers',
    role: 'approver',
    summary: 'Records an answer to holds, an approval, or another decision about what waits.',
    load: async () => (await import('./decisions.ts')).postAnswers,
  },
  {
    name: 'plans',
    methods: ['GET'],
    path: 'plans/{*id}',
    role: 'reader',
    summary: 'A plan by the id of a part, or by run and target (`run/target`); also as a change ticket.',
    load: async () => (await import('./views.ts')).getPlan,
  },
  {
    name: 'lookup',
    methods: ['GET'],
    path: 'lookup',
    role: 'reader',
    summary: 'The tags and targets that hold an address.',
    load: async () => (await import('./views.ts')).getLookup,
  },
  {
    name: 'changes',
    methods: ['GET'],
    path: 'changes',
    role: 'reader',
    summary: 'What went into and out of targets, newest first.',
    load: async () => (await import('./changes.ts')).getChanges,
  },
  {
    name: 'version',
    methods: ['GET'],
    path: 'version',
    role: 'reader',
    summary: 'The number of the last change, and the publication in force: for clients that ask again and again.',
    load: async () => (await import('./changes.ts')).getVersion,
  },
  {
    name: 'atom-target',
    methods: ['GET'],
    path: 'atom/targets/{id}',
    role: 'reader',
    summary: 'Changes of one target as an Atom feed.',
    load: async () => (await import('./atom.ts')).getTargetFeed,
  },
  {
    name: 'atom-list',
    methods: ['GET'],
    path: 'atom/lists/{id}',
    role: 'reader',
    summary: 'Changes of every target of one list as an Atom feed.',
    load: async () => (await import('./atom.ts')).getListFeed,
  },
  {
    name: 'publications',
    methods: ['GET'],
    path: 'publications',
    role: 'reader',
    summary: 'Service Tags files that are kept, refused ones too, newest first.',
    load: async () => (await import('./publications.ts')).getPublications,
  },
  {
    name: 'publication',
    methods: ['GET'],
    path: 'publications/{id}',
    role: 'reader',
    summary: 'A kept file as it came, by its number, date or digest.',
    load: async () => (await import('./publications.ts')).getPublication,
  },
  {
    name: 'diff',
    methods: ['GET'],
    path: 'diff',
    role: 'reader',
    summary: 'How two kept publications differ, by addresses.',
    load: async () => (await import('./publications.ts')).getDiff,
  },
  {
    name: 'why',
    methods: ['GET'],
    path: 'why',
    role: 'reader',
    summary: 'Why an address, a range or a host name is allowed or not, now or on a day that has passed.',
    load: async () => (await import('./views.ts')).getWhy,
  },
  {
    name: 'pause',
    methods: ['POST'],
    path: 'pause',
    role: 'operator',
    summary: 'Stops writes to one target, or to all.',
    load: async () => (await import('./decisions.ts')).postControl('pause'),
  },
  {
    name: 'resume',
    methods: ['POST'],
    path: 'resume',
    role: 'operator',
    summary: 'Ends a pause.',
    load: async () => (await import('./decisions.ts')).postControl('resume'),
  },
  {
    name: 'pin',
    methods: ['POST'],
    path: 'pin',
    role: 'approver',
    summary: 'Keeps all lists at an earlier publication.',
    load: async () => (await import('./decisions.ts')).postControl('pin'),
  },
  {
    name: 'unpin',
    methods: ['POST'],
    path: 'unpin',
    role: 'approver',
    summary: 'Ends a pin.',
    load: async () => (await import('./decisions.ts')).postControl('unpin'),
  },
  {
    name: 'openapi',
    methods: ['GET'],
    path: 'openapi.json',
    role: 'any',
    summary: 'This API as an OpenAPI 3.1 document.',
    // Its type cannot be that of the table, which it describes.
    load: async (): Promise<Endpoint> => (await import('./openapi.ts')).getOpenApi(table),
  },
  {
    name: 'docs',
    methods: ['GET'],
    path: 'docs',
    role: 'any',
    summary: 'This API as a page for people.',
    load: async (): Promise<Endpoint> => (await import('./docs-page.ts')).getDocs(table),
  },
] as const satisfies readonly Route[];

/** The rows with what each takes and answers, for clients that are typed by it. */
export type Table = typeof table;

export const routes: readonly Route[] = table;

/** The row of those of a function that answers a request; HEAD is for those who may GET. */
export function routeFor(rows: readonly Route[], method: string): Route | undefined {
  return rows.find((route) => route.methods.some((one) => one === (method === 'HEAD' ? 'GET' : method)));
}
