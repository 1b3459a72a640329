import { html } from 'hono/html';
import { previewText } from '../../messages/preview.ts';
import { DecisionRejected, type Operator, type PreviewRequest } from '../../operator/operator.ts';
import { RequestError } from '../../run/service.ts';
import { type Markup, shown } from './document.ts';

/** So many lines of one target stand on the page; the change ticket has all. */
const mostLines = 60;

/** What the next run would do after a decision, or as things stand; a decision that cannot be recorded says why. */
export async function previewBlock(operator: Pick<Operator, 'preview'>, request: PreviewRequest): Promise<Markup> {
  try {
    const { head, targets, foot } = previewText(await operator.preview(request), mostLines);
    return html`<section aria-label="What it would do"><h2>What it would do</h2>
${head.map((line) => html`<p>${shown(line)}</p>`)}
${targets.map(
  ({ title, lines, sum }) =>
    html`<div class="card"><h3>${shown(title)}</h3>${lines.length === 0 ? '' : html`<pre>${lines.map(changeLine)}</pre>`}${sum === undefined ? '' : html`<p>${shown(sum)}</p>`}</div>`,
)}
${foot.map((line) => html`<p><strong>${shown(line)}</strong></p>`)}</section>`;
  } catch (error) {
    if (!(error instanceof DecisionRejected || error instanceof RequestError)) throw error;
    return html`<p class="state bad" role="alert">${shown(error.message)}</p>`;
  }
}

/** A line with its sign in colour; the sign says it too. */
function changeLine(line: string): Markup {
  const kind = line.startsWith('+') ? 'add' : line.startsWith('-') ? 'remove' : 'soft';
  return html`<span class="${kind}">${shown(line)}</span>\n`;
}
