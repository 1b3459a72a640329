import { app, type HttpHandler, type HttpRequest, type InvocationContext } from '@azure/functions';

/** How the functions below and the test around them meet: they run in one process. */
export interface Meeting {
  readonly handled: { readonly name: string; readonly input: unknown; readonly attempt?: unknown }[];
  /** Awaited by the queue and timer functions before they return; throwing fails the invocation. */
  work: (name: string, input: unknown) => Promise<void>;
}

declare global {
  var meeting: Meeting;
}

async function describe(request: HttpRequest): Promise<object> {
  return {
    method: request.method,
    url: request.url,
    params: request.params,
    query: Object.fromEntries(request.query),
    header: request.headers.get('x-seen'),
    coding: request.headers.get('transfer-encoding'),
    length: request.headers.get('content-length'),
    body: await request.text(),
  };
}

const echo = async (request: HttpRequest, context: InvocationContext): Promise<object> => {
  context.log('a line of the function');
  return { jsonBody: { name: context.functionName, ...(await describe(request)) } };
};

// What JavaScript lets a handler return and the types do not.
const undefinedHandler = (() => undefined) as unknown as HttpHandler;
const textHandler = (() => 'a text is no response') as unknown as HttpHandler;

app.http('open', { route: 'open', methods: ['GET', 'POST'], authLevel: 'anonymous', handler: echo });
app.http('keyed', { route: 'things/{id}', methods: ['GET'], authLevel: 'function', handler: echo });
app.http('number', { route: 'numbers/{id:int}', methods: ['GET'], authLevel: 'anonymous', handler: echo });
app.http('admin', { route: 'admin-only', methods: ['GET'], authLevel: 'admin', handler: echo });
app.http('latest', { route: 'things/latest', methods: ['GET'], authLevel: 'anonymous', handler: echo });
app.http('nothing', { route: 'nothing', methods: ['GET'], authLevel: 'anonymous', handler: undefinedHandler });
app.http('text', {
  route: 'text',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: textHandler,
});
app.http('throws', {
  route: 'throws',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => {
    throw new Error('a secret of the function');
  },
});
app.http('created', {
  route: 'created',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: () => ({
    status: 201,
    headers: { location: '/api/things/1' },
    cookies: [{ name: 'seen', value: 'yes', httpOnly: true, sameSite: 'Strict' }],
    body: 'made',
  }),
});

app.storageQueue('worker', {
  queueName: 'host-test',
  connection: 'TestStorage',
  handler: async (input, context) => {
    globalThis.meeting.handled.push({ name: 'worker', input, attempt: context.triggerMetadata?.dequeueCount });
    await globalThis.meeting.work('worker', input);
  },
});

app.timer('ticker', {
  schedule: '0 0 * * * *',
  handler: async (timer) => {
    globalThis.meeting.handled.push({ name: 'ticker', input: timer });
    await globalThis.meeting.work('ticker', timer);
  },
});
