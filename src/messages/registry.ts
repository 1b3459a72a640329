import type { MessageRenderers } from './event-of.ts';
import { listed, stopped } from './format.ts';

/** Words for what becomes of registries. */
export const registryMessages: MessageRenderers<
  'registry-unreadable' | 'registry-readable' | 'registry-changed' | 'registry-without-tag'
> = {
  'registry-unreadable': (event) => ({
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `the registry ${event.registry} cannot be read; its lists stay as they are.`,
    lines: [
      stopped(event.text),
      event.saysSince === undefined
        ? 'It was never read, so nobody knows what its lists should hold: targets of those lists are not written.'
        : `What it has said since ${event.saysSince.slice(0, 10)} stays in force.`,
      'What to do: give the identity the role Reader on the registry; or name its login server and regions by hand in the config.',
      'If ignored: a new replica of it stays out of the lists, and clients that are sent there fail. This is told once.',
    ],
  }),
  'registry-readable': (event) => ({
    severity: 'ok',
    headline: `the registry ${event.registry} can be read again; it could not since ${event.since.slice(0, 10)}. Nothing to do.`,
    lines: [],
  }),
  'registry-changed': (event) => {
    const came = event.regionsAdded.length > 0 ? [`came to ${listed(event.regionsAdded)}`] : [];
    const left = event.regionsRemoved.length > 0 ? [`left ${listed(event.regionsRemoved)}`] : [];
    return {
      severity: 'info',
      headline: `the registry ${event.registry} ${[...came, ...left].join(' and ')}; its lists follow. Nothing to do.`,
      lines: [
        ...(came.length > 0 ? ['What came is let in at once: its global endpoint may route to any replica.'] : []),
        ...(left.length > 0 ? ['What left stays allowed until the clock or a person lets it go.'] : []),
        ...(event.dataEndpoints.length > 0 ? [`Its data endpoints are now ${listed(event.dataEndpoints)}.`] : []),
      ],
    };
  },
  'registry-without-tag': (event) => ({
    severity: 'needs-you',
    headline: `the registry ${event.registry} is in ${listed(event.regions)}, for which the publication in force has no tag.`,
    lines: [
      'What to do: see whether a newer publication has one. If clients must reach that region by address, add its prefixes to the list yourself, or give them rules by name.',
      'If ignored: clients that are sent to that region fail where only the list lets them through.',
    ],
  }),
};
