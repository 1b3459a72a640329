import type { MessageRenderers } from './event-of.ts';

/** Words for a target that left the config. */
export const orphanMessages: MessageRenderers<'target-orphaned'> = {
  'target-orphaned': ({ target }) => ({
    severity: 'info',
    headline: `${target} is no longer in the config: nothing is written to it from now on, and what it holds stays there. Nothing to do if that is meant.`,
    lines: [
      'Its entries age from now on: ranges that Azure starts to use are missing from it, and ranges that it gives up stay allowed.',
      `Meant to be a new name? Give the renamed target "formerly": "${target}". Gone for good? Remove its entries, or the resource, in Azure.`,
    ],
  }),
};
