import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { secureHeaders } from 'hono/secure-headers';
import { DecisionRejected } from '../../operator/operator.ts';
import { RequestError } from '../../run/service.ts';
import { BadRequest } from '../responses.ts';
import { stylePath } from './document.ts';
import { messagePage } from './message.ts';
import { isOwnForm, openSession, type PageContext, type PageEnv, setSession } from './session.ts';
import { signIn } from './sign-in.ts';
import { style } from './style.ts';
import { changes } from './views/changes.ts';
import { charts } from './views/charts.ts';
import { control } from './views/control.ts';
import { inbox } from './views/inbox.ts';
import { plan } from './views/plan.ts';
import { publications } from './views/publications.ts';
import { runbook } from './views/runbook.ts';
import { runs } from './views/runs.ts';
import { tags } from './views/tags.ts';
import { targets } from './views/targets.ts';
import { why } from './views/why.ts';

/** Everything below `/ui`. Each view is a router of its own; who may look and what a form needs is decided here, once. */
export const page = new Hono<PageEnv>({ strict: false }).basePath('/ui');

// On the way out this comes last: a picture has a policy of its own.
page.use(async (c, next) => {
  await next();
  const policy = c.get('policy');
  if (policy !== undefined) c.header('content-security-policy', policy);
});
// No script, no frame, nothing of another host.
page.use(
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    // The platform's: httpsOnly of the app.
    strictTransportSecurity: false,
  }),
);
page.use(async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
});
page.use(
  bodyLimit({ maxSize: 64 * 1024, onError: (c) => messagePage(c as PageContext, 413, 'The form is too large.') }),
);

page.get(stylePath.slice('/ui'.length), (c) => {
  c.header('cache-control', 'public, max-age=31536000, immutable');
  return c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' });
});
page.get('/icon.svg', (c) => {
  c.header('cache-control', 'public, max-age=86400');
  return c.body(icon, 200, { 'content-type': 'image/svg+xml' });
});

page.use(csrf());
page.route('/sign-in', signIn);

page.use(async (c, next) => {
  const session = openSession(c);
  if ('go' in session) return c.redirect(session.go, 302);
  if ('text' in session) return messagePage(c, session.status, session.text);
  c.set('session', session);
  if (c.req.method === 'POST' && !isOwnForm(session, (await c.req.parseBody()).token)) {
    return messagePage(
      c,
      403,
      'This form is of another session, or of another site. Go back, load the page again and send it once more.',
    );
  }
  await next();
});

page.post('/sign-out', (c) => {
  const { how } = c.get('session');
  setSession(c, '');
  return c.redirect(how === 'key' ? '/ui/sign-in' : '/.auth/logout?post_logout_redirect_uri=/ui', 303);
});
page.route('/runbook', runbook);
page.route('/', inbox);
page.route('/targets', targets);
page.route('/changes', changes);
page.route('/tags', tags);
page.route('/charts', charts);
page.route('/runs', runs);
page.route('/plans', plan);
page.route('/publications', publications);
page.route('/why', why);
page.route('/control', control);

page.notFound((c) => messagePage(c, 404, 'There is no such page. It may have been answered, or be over.'));

page.onError((error, c) => {
  if (error instanceof BadRequest) return messagePage(c, error.status as 400, error.message);
  if (error instanceof DecisionRejected) return messagePage(c, 409, error.message);
  if (error instanceof RequestError) return messagePage(c, 400, error.message);
  // Of hono: the form came from another site.
  if ('status' in error && error.status === 403) {
    return messagePage(c, 403, 'This form came from another site, and nothing was done.');
  }
  const { context } = c.env.call;
  context.error(error);
  return messagePage(
    c,
    500,
    `The page failed in an unexpected way, under invocation ${context.invocationId}. The log of the app has the error under it.`,
  );
});

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0a53be"/><path d="M4 8.5l3 3 5-7" fill="none" stroke="#fff" stroke-width="2"/></svg>`;
