import { Hono } from 'hono';
import { html } from 'hono/html';
import type { DecisionRequest, StatusView } from '../../../operator/operator.ts';
import type { Role } from '../../access.ts';
import { dated } from '../../decisions.ts';
import { documentOf, type Markup } from '../document.ts';
import { facts, field } from '../parts.ts';
import { previewBlock } from '../preview-block.ts';
import { recordForm } from '../record-form.ts';
import { mustHave, type PageEnv, type Session } from '../session.ts';

/** What a person may do without being asked: run, look at what a run would do, pause, pin. */
export const control = new Hono<PageEnv>()
  .get('/', async (c) => {
    const view = await (await c.env.call.operator()).status();
    return c.html(
      documentOf({
        title: 'Control',
        view: '/ui/control',
        session: c.get('session'),
        body: controlBody(view, c.get('session')),
      }),
    );
  })
  .post('/run', async (c) => {
    mustHave(c, 'operator');
    const service = await c.env.call.service();
    const { run } = await service.requestRun({ trigger: 'http', by: c.get('session').actor() });
    return c.redirect(`/ui/runs/${encodeURIComponent(run)}`, 303);
  })
  .post('/dry-run', async (c) => {
    mustHave(c, 'operator');
    const body = [
      html`<p>Nothing was changed and nothing was recorded.</p>`,
      await previewBlock(await c.env.call.operator(), { kind: 'run' }),
    ];
    return c.html(documentOf({ title: 'Dry run', view: '/ui/control', session: c.get('session'), body }));
  })
  .get('/:kind', async (c) => {
    const action = actions.find(({ kind }) => kind === c.req.param('kind'));
    if (action === undefined) return c.notFound();
    const operator = await c.env.call.operator();
    const given = (name: string) => textIn(c.req.query(name));
    const { now } = await c.env.call.settings();
    const isWhole = action.needs.every((name) => given(name) !== undefined);
    const preview = isWhole ? await previewBlock(operator, dated(action.requestOf(given), now())) : undefined;
    return c.html(confirmPage(action, { view: await operator.status(), session: c.get('session'), given, preview }));
  })
  .post('/:kind', async (c) => {
    const action = actions.find(({ kind }) => kind === c.req.param('kind'));
    if (action === undefined) return c.notFound();
    const form = await c.req.parseBody();
    const { run } = await recordForm(
      c,
      action.role,
      action.requestOf((name) => textIn(form[name])),
    );
    return c.redirect(`/ui/runs/${encodeURIComponent(run)}`, 303);
  });

interface Action {
  readonly kind: 'pause' | 'resume' | 'pin' | 'unpin';
  readonly label: string;
  readonly means: string;
  readonly role: Role;
  readonly fields: readonly ('target' | 'changeNumber' | 'until')[];
  /** Those of them that it cannot do without. */
  readonly needs: readonly ('changeNumber' | 'until')[];
  requestOf(field: (name: string) => string | undefined): DecisionRequest;
}

const actions: readonly Action[] = [
  {
    kind: 'pause',
    label: 'Pause',
    means: 'Nothing is written until it is resumed or the pause ends. New addresses are missing meanwhile.',
    role: 'operator',
    fields: ['target', 'until'],
    needs: [],
    requestOf: (field) => ({ kind: 'pause', ...targetIn(field) }),
  },
  {
    kind: 'resume',
    label: 'Resume',
    means: 'The next run writes what was held up by the pause.',
    role: 'operator',
    fields: ['target'],
    needs: [],
    requestOf: (field) => ({ kind: 'resume', ...targetIn(field) }),
  },
  {
    kind: 'pin',
    label: 'Pin',
    means: 'Every list goes back to what it was at a publication, and stays so until the day that is given.',
    role: 'approver',
    fields: ['changeNumber', 'until'],
    needs: ['changeNumber', 'until'],
    requestOf: (field) => ({ kind: 'pin', changeNumber: Number(field('changeNumber')), until: field('until') ?? '' }),
  },
  {
    kind: 'unpin',
    label: 'Unpin',
    means: 'The lists follow the newest publication again.',
    role: 'approver',
    fields: [],
    needs: [],
    requestOf: () => ({ kind: 'unpin' }),
  },
];

function targetIn(field: (name: string) => string | undefined): { target?: string } {
  const target = field('target');
  return target === undefined ? {} : { target };
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function controlBody({ paused, pin, targets, publication }: StatusView, session: Session): readonly Markup[] {
  const post = (path: string, label: string, first = false) =>
    html`<li><form method="post" action="/ui/control/${path}"><input type="hidden" name="token" value="${session.formToken}"><button class="${first ? 'first' : ''}">${label}</button></form></li>`;
  const link = (kind: string, label: string) =>
    html`<li><a class="button" href="/ui/control/${kind}">${label}</a></li>`;
  const pausedTargets = targets.filter((target) => target.paused);
  return [
    facts([
      ['Publication', publication && `${publication.changeNumber} of ${publication.date}`],
      [
        'Paused',
        paused
          ? `everything, by ${paused.by.name}: ${paused.why}`
          : pausedTargets.map(({ id }) => id).join(', ') || 'nothing',
      ],
      [
        'Pinned',
        pin?.kind === 'pin'
          ? `to publication ${pin.changeNumber} until ${pin.until}, by ${pin.by.name}: ${pin.why}`
          : 'no',
      ],
    ]),
    session.may('operator')
      ? html`<h2>Run</h2><ul class="actions">${post('run', 'Run now', true)}${post('dry-run', 'Dry run')}</ul>
<h2>Writes</h2><ul class="actions">${link('pause', 'Pause')}${paused || pausedTargets.length > 0 ? link('resume', 'Resume') : ''}</ul>`
      : html`<p class="soft">Runs and pauses need the app role operator.</p>`,
    session.may('approver')
      ? html`<h2>Lists</h2><ul class="actions">${link('pin', 'Pin')}${pin ? link('unpin', 'Unpin') : ''}</ul>`
      : html`<p class="soft">A pin needs the app role approver.</p>`,
    html`<p><a href="/ui/publications">Publications that are kept</a></p>`,
  ];
}

interface Confirmation {
  readonly view: StatusView;
  readonly session: Session;
  given(name: string): string | undefined;
  /** Absent while a field is missing that it needs. */
  readonly preview: Markup | undefined;
}

/** First what it is about, then what it would do, then the form that does it. */
function confirmPage({ kind, label, means, fields }: Action, { view, session, given, preview }: Confirmation): Markup {
  const ids = view.targets.map(({ id }) => id);
  return documentOf({
    title: label,
    view: '/ui/control',
    session,
    body: html`<p>${means}</p>
${
  fields.length === 0
    ? ''
    : html`<form class="filters" method="get">
${
  fields.includes('target')
    ? html`<div class="field"><label for="target">Target</label><select id="target" name="target"><option value="">all targets</option>${ids.map((id) => html`<option ${id === given('target') ? html`selected` : ''}>${id}</option>`)}</select></div>`
    : ''
}
${fields.includes('changeNumber') ? field('changeNumber', 'Publication', { value: given('changeNumber') ?? '', required: true, most: 12, hint: 'Its number, as the list of publications has it.' }) : ''}
${fields.includes('until') ? field('until', 'Until', { value: given('until') ?? '', most: 40, required: kind === 'pin', hint: 'A date, or a span such as 12h or 14d.' }) : ''}
<button>Show what it would do</button></form>`
}
${
  preview === undefined
    ? ''
    : html`${preview}
<form method="post" action="/ui/control/${kind}"><input type="hidden" name="token" value="${session.formToken}">
${fields.map((name) => html`<input type="hidden" name="${name}" value="${given(name) ?? ''}">`)}
${field('why', 'Reason', { required: true, hint: 'Recorded, and shown with all that follows from it.' })}
${field('ticket', 'Change ticket', { most: 100, hint: 'Its number, where the rules ask for one.' })}
<ul class="actions"><li><button class="first">${label}</button></li><li><a class="button" href="/ui/control">Cancel</a></li></ul></form>`
}`,
  });
}
