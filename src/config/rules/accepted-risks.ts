import type { Rule } from './rule.ts';

/**
 * Where traffic is let in, a service tag admits every customer of Azure behind it: somebody must have accepted that. And
 * a list that others write too is never cleared of what they wrote.
 */
export const acceptedRisks: Rule = function* (draft) {
  for (const [id, target] of draft.targets) {
    const definition = draft.kinds.targets.find(({ kind }) => kind === target.kind);
    const list = draft.lists.get(target.list);
    if (definition === undefined) continue;
    const { accept } = target;
    const ingress = definition.direction === 'ingress';
    if (ingress && !accept && list && list.tags.length + list.registries.length > 0) {
      yield {
        severity: 'error',
        path: ['targets', id],
        expected: '`accept` with the risk "shared-azure-tag", a reason and an owner',
        got: `a list of Service Tags and no \`accept\``,
        hint: 'behind a Service Tag stand all customers of Azure, not only you; list your own prefixes, or say why it is acceptable here',
      };
    }
    if (!ingress && accept) {
      yield {
        severity: 'note',
        path: ['targets', id, 'accept'],
        expected: 'nothing: a target of this kind lets nobody in',
        got: 'an accepted risk',
        hint: 'remove it',
      };
    }
    if (accept?.expires !== undefined && accept.expires <= draft.today) {
      yield {
        severity: 'note',
        path: ['targets', id, 'accept', 'expires'],
        expected: `a date after ${draft.today}`,
        got: `"${accept.expires}"`,
        hint: `nothing is written any more: ask ${accept.owner} whether it is still acceptable`,
      };
    }
    if (definition.shared && target.foreignEntries === 'remove') {
      yield {
        severity: 'error',
        path: ['targets', id, 'foreignEntries'],
        expected: '"keep": people and pipelines write this list too',
        got: '"remove"',
        hint: 'remove the setting; take entries out by hand where nobody needs them',
      };
    }
  }
};
