import { Hono } from 'hono';
import { html } from 'hono/html';
import { clientAddress } from '../../core/feed.ts';
import { Brake } from '../../feeds/brake.ts';
import { isSameSecret, pageKeyOf, readToken } from '../../run/page-key.ts';
import { signInSettings } from '../../run/settings.ts';
import { documentOf, type Markup } from './document.ts';
import { messagePage } from './message.ts';
import { type PageContext, type PageEnv, startKeySession } from './session.ts';

/** Slows down who guesses the key, each instance of the app by itself. */
const brake = new Brake();

/** The sign-in with the page's key: by form, or by a link that `npm start` and `page` of the command line print. */
export const signIn = new Hono<PageEnv>()
  .get('/', (c) => {
    const key = openingKey();
    if (key === undefined) return messagePage(c, 404, 'There is no sign-in with a key here.');
    const token = c.req.query('token');
    if (token === undefined) return c.html(signInPage(c, ''));
    const found = readToken(token, key, 'link', new Date());
    if (found === undefined) {
      return c.html(
        signInPage(c, 'The link is over, or of another service. `npm run -s cli -- page` prints a new one.'),
        403,
      );
    }
    startKeySession(c, key, found.name);
    return c.redirect('/ui', 303);
  })
  .post('/', async (c) => {
    const key = openingKey();
    if (key === undefined) return messagePage(c, 404, 'There is no sign-in with a key here.');
    const { settings } = c.env.call;
    const address = clientAddress(c.req.header('x-forwarded-for'), 0);
    const attempt = { feed: 'page', client: 'key', now: (await settings()).now(), ...(address ? { address } : {}) };
    const wait = brake.waitOf(attempt);
    if (wait !== undefined) return c.html(signInPage(c, `Too many wrong keys. Try again in ${wait} s.`), 429);
    const { key: given, name } = await c.req.parseBody();
    if (typeof given !== 'string' || typeof name !== 'string' || !isSameSecret(given.trim(), key)) {
      brake.wrong(attempt);
      return c.html(signInPage(c, 'That is not the key of this page.'), 403);
    }
    brake.right(attempt);
    startKeySession(c, key, name.trim().slice(0, 100));
    return c.redirect(nextOf(c), 303);
  });

/** Undefined where no key opens the page. */
function openingKey(): string | undefined {
  return signInSettings(process.env).required ? undefined : pageKeyOf(process.env);
}

/** A path of this page; never another host. */
function nextOf(c: PageContext): string {
  const here = new URL(c.req.url);
  const next = URL.parse(c.req.query('next') ?? '', here.href);
  if (next?.origin !== here.origin || !/^\/ui(\/|$)/.test(next.pathname)) return '/ui';
  return `${next.pathname}${next.search}`;
}

function signInPage(c: PageContext, trouble: string): Markup {
  const action = `/ui/sign-in?next=${encodeURIComponent(nextOf(c))}`;
  return documentOf({
    title: 'Sign in',
    body: html`${trouble === '' ? '' : html`<p class="state bad" role="alert">${trouble}</p>`}
<form method="post" action="${action}">
<div class="field"><label for="key">Key of the page</label><input id="key" name="key" type="password" autocomplete="current-password" required>
<p class="hint">SERVICE_TAG_SYNC_PAGE_KEY of the app; locally, <code>npm run -s cli -- page</code> prints a link that needs no key.</p></div>
<div class="field"><label for="name">Your name</label><input id="name" name="name" autocomplete="name" maxlength="100" required>
<p class="hint">Recorded with what you decide, as claimed: a key does not say who you are.</p></div>
<button class="first">Sign in</button></form>
${signInSettings(process.env).easyAuth ? html`<p>Or <a href="/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(nextOf(c))}">sign in with Entra</a>.</p>` : ''}`,
  });
}
