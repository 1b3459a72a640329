import * as z from 'zod';
import type { NotifierDefinition } from '../ports/notifier.ts';

const schema = z.strictObject({});

export const log: NotifierDefinition<z.output<typeof schema>> = {
  kind: 'log',
  summary:
    "A structured line in the service's own log, for alert rules of Azure Monitor: what the notice is about, without its text, since that may name people.",
  schema,
  async open(_config, context) {
    return {
      async send({ id, instance, cloud, notice }) {
        const { kind, severity, qualifier, at, run, lists, targets, links, ranges, errors, about } = notice;
        // No text of the notice: it may hold the name of a person and a reason, and a log is read by many and kept for long.
        context.log('notice', {
          // OpenTelemetry's names for an event, so that one query works for both ways into Azure Monitor.
          'event.name': `service-tag-sync.notice.${kind}`,
          id,
          instance,
          cloud,
          severity,
          ...(qualifier === undefined ? {} : { qualifier }),
          at,
          ...(run === undefined ? {} : { run }),
          lists,
          targets,
          about,
          // Addresses of pages and resources: they name targets and ids, no people.
          ...(links === undefined ? {} : { links: links.map(({ rel, url }) => ({ rel, url })) }),
          ranges: ranges.map(({ of, what, prefixes }) => ({ of, what, count: prefixes.length })),
          ...(errors === undefined ? {} : { errors }),
        });
      },
    };
  },
};
