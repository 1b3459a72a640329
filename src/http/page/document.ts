import { createHash } from 'node:crypto';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import project from '../../../package.json' with { type: 'json' };
import { visible } from '../../core/visible-text.ts';
import type { Session } from './session.ts';
import { style } from './style.ts';

/** Escaped markup, perhaps of parts that come later. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The style sheet's address names its content, so that a browser may keep it. */
export const stylePath = `/ui/style-${createHash('sha256').update(style).digest('hex').slice(0, 12)}.css`;

/** The views that the head of every page leads to. */
const views = [
  { path: '/ui', name: 'Inbox' },
  { path: '/ui/targets', name: 'Targets' },
  { path: '/ui/changes', name: 'Changes' },
  { path: '/ui/tags', name: 'Tags' },
  { path: '/ui/runs', name: 'Runs' },
  { path: '/ui/why', name: 'Why' },
  { path: '/ui/control', name: 'Control' },
] as const;

export interface Page {
  readonly title: string;
  readonly body: Markup | readonly Markup[];
  /** Of the view that it belongs to. */
  readonly view?: (typeof views)[number]['path'];
  /** Absent before the sign-in. */
  readonly session?: Session;
}

/** A whole page. */
export function documentOf({ title, body, view, session }: Page): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${shown(title)} - service-tag-sync</title>
<link rel="stylesheet" href="${stylePath}">
<link rel="icon" href="/ui/icon.svg" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="name" href="/ui">service-tag-sync</a>
${session && [navigation(view), identity(session)]}
</header>
<main id="main">
<h1>${shown(title)}</h1>
${body}
</main>
<footer>service-tag-sync ${project.version}. Times are UTC.</footer>
</body>
</html>`;
}

/** Text of others as it may be shown: signs that no one sees are made visible. html\`\` escapes it. */
export function shown(text: string): string {
  return visible(text);
}

function navigation(current: Page['view']): Markup {
  return html`<nav aria-label="Views"><ul>
${views.map(({ path, name }) => html`<li><a href="${path}" ${path === current ? html`aria-current="page"` : ''}>${name}</a></li>`)}
</ul></nav>`;
}

function identity({ name, how, formToken }: Session): Markup {
  return html`<div class="who"><span>${how === 'sign-in' ? 'Signed in as' : 'By the key of the page,'} ${shown(name ?? 'without a name')}</span>
<form method="post" action="/ui/sign-out"><input type="hidden" name="token" value="${formToken}"><button>Sign out</button></form></div>`;
}
