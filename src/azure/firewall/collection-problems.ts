import type { Problem } from '../../core/plan/live.ts';

/**
 * What about the collection that a rule is in, or would be created in, forbids to write it. `subject` names what holds the
 * collection.
 */
export function collectionProblems(subject: string, name: string, action: string | undefined): Problem[] {
  if (action === 'Allow') return [];
  return [
    {
      code: 'rule-differs',
      text: `Collection ${name} of the ${subject}: expected the action Allow, got ${action ?? 'none'}: the list would do something else than the config says.`,
      next: 'Give the target another `collection` in the config.',
    },
  ];
}
