import { z } from 'zod';
import { firstLine } from '../messages/text.ts';
import type { NotifierDefinition } from '../ports/notifier.ts';

const schema = z.strictObject({});

export const log: NotifierDefinition<z.output<typeof schema>> = {
  kind: 'log',
  summary: "A structured line in the service's own log, for alert rules of Azure Monitor.",
  schema,
  async open(_config, context) {
    return {
      async send({ id, instance, cloud, notice }) {
        const { kind, severity, headline, lines, at, run, lists, targets } = notice;
        context.log('notice', {
          // OpenTelemetry's names for an event, so that one query works for both ways into Azure Monitor.
          'event.name': `service-tag-sync.notice.${kind}`,
          id,
          instance,
          cloud,
          severity,
          text: firstLine(notice, instance),
          headline,
          lines,
          at,
          ...(run === undefined ? {} : { run }),
          lists,
          targets,
        });
      },
    };
  },
};
