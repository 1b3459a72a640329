import { Hono } from 'hono';
import { html } from 'hono/html';
import { whyText } from '../../../messages/why.ts';
import { RequestError } from '../../../run/service.ts';
import { documentOf, type Markup, shown } from '../document.ts';
import { dataTable, field, withCode } from '../parts.ts';
import type { PageEnv } from '../session.ts';

/** Why an address, a range or a host name is allowed or not, now or on a day that has passed; and the tags that have it. */
export const why = new Hono<PageEnv>().get('/', async (c) => {
  const given = {
    address: c.req.query('address')?.trim() ?? '',
    at: c.req.query('at')?.trim() ?? '',
    resolve: c.req.query('resolve') === 'true',
  };
  let answer: Markup = html`<p class="soft">An address, a prefix, a range such as 20.60.4.0-20.60.4.9, or a host name.</p>`;
  if (given.address !== '') {
    try {
      answer = await answerOf(await c.env.call.operator(), given);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      c.status(400);
      answer = html`<p class="state bad" role="alert">${shown(error.message)}</p>`;
    }
  }
  return c.html(
    documentOf({
      title: given.address === '' ? 'Why is it allowed?' : `Why ${given.address}`,
      view: '/ui/why',
      session: c.get('session'),
      body: [form(given), answer],
    }),
  );
});

interface Asked {
  readonly address: string;
  readonly at: string;
  readonly resolve: boolean;
}

async function answerOf(
  operator: Awaited<ReturnType<PageEnv['Bindings']['call']['operator']>>,
  { address, at, resolve }: Asked,
): Promise<Markup> {
  const isAddress = /^[\da-f.:]+(\/\d+)?$/i.test(address);
  const [view, tags] = await Promise.all([
    operator.why({ address, ...(at === '' ? {} : { at }), ...(resolve ? { resolve } : {}) }),
    isAddress && at === '' ? operator.lookup(address).then(({ tags: all }) => all) : [],
  ]);
  return html`${whyText(view).map((text) => html`<p>${withCode(text)}</p>`)}
${
  tags.length === 0
    ? ''
    : dataTable(
        'Tags that have it',
        ['Tag', 'Prefix', 'Published', 'Effective'],
        tags.map(({ tag, prefix, published, effective }) => [
          html`<a href="/ui/tags/${encodeURIComponent(tag)}">${shown(tag)}</a>`,
          html`<code>${prefix}</code>`,
          published ? 'yes' : 'no',
          effective ? 'yes' : 'no',
        ]),
      )
}`;
}

function form({ address, at, resolve }: Asked): Markup {
  return html`<form class="filters" method="get">
${field('address', 'Address or name', { value: address, required: true, most: 255 })}
${field('at', 'On the day (UTC)', { value: at, most: 40 })}
<div class="field"><label for="resolve">Host name</label><select id="resolve" name="resolve"><option value="false">only the name itself</option><option value="true" ${resolve ? html`selected` : ''}>its addresses as well</option></select></div>
<button class="first">Show</button></form>`;
}
