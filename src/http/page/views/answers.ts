import type { InboxItem } from '../../../operator/inbox.ts';
import type { DecisionRequest } from '../../../operator/operator.ts';
import type { PageContext } from '../session.ts';

/** An answer to something that waits: its word in addresses, on its button, and what it means. */
export interface PageAnswer {
  readonly answer: string;
  readonly label: string;
  readonly means: string;
  readonly request: DecisionRequest;
}

/** What waits under a name: an id, a short id or what it is about where that is one thing. */
export async function itemNamed(c: PageContext, name: string): Promise<InboxItem | undefined> {
  const { items } = await (await c.env.call.operator()).inbox();
  const exact = items.find(({ id, short }) => name === id || name === short);
  if (exact !== undefined) return exact;
  const found = items.filter(({ id, about }) => about === name || (name.length >= 4 && id.startsWith(name)));
  return found.length === 1 ? found[0] : undefined;
}

/** What a person may answer. The suggested one, if it is among them, first. */
export function answersOf(item: InboxItem): readonly PageAnswer[] {
  const all = allOf(item);
  return [...all].sort(
    (a, b) => Number(b.answer === item.suggested.answer) - Number(a.answer === item.suggested.answer),
  );
}

function allOf({ kind, id, about, commands }: InboxItem): readonly PageAnswer[] {
  if (kind === 'part') {
    return [
      {
        answer: 'approve',
        label: 'Approve',
        means: `The next run writes these ranges to ${about}.`,
        request: { kind: 'approve', part: id },
      },
      {
        answer: 'decline',
        label: 'Decline',
        means: `Nothing of it is written to ${about}, and it is not asked about again while its ranges stay the same.`,
        request: { kind: 'decline', part: id },
      },
    ];
  }
  if (kind === 'hold') {
    const words = commands.map(({ answer }) => answer);
    return (['keep', 'remove', 'allow', 'block'] as const)
      .filter((answer) => words.includes(answer))
      .map((answer) => ({ answer, ...holdWords[answer], request: { kind: 'answer', holds: [id], answer } }));
  }
  if (!commands.some(({ answer }) => answer === 'accept')) return [];
  return [
    {
      answer: 'accept',
      label: 'Accept',
      means:
        kind === 'file'
          ? 'The file is taken as it is, though it looks wrong. What it lost is kept as holds.'
          : `${about} is taken from the newest file, though it looks wrong.`,
      request: { kind: 'accept-publication', digest: id },
    },
  ];
}

const holdWords = {
  keep: { label: 'Keep', means: 'The ranges stay allowed, though they are no longer published.' },
  remove: { label: 'Remove', means: 'The ranges are taken out of the targets; connections to them fail.' },
  allow: { label: 'Allow', means: 'The ranges are let in, though they look suspicious.' },
  block: { label: 'Block', means: 'The ranges stay out. If Azure uses them, connections to them fail.' },
} as const;
