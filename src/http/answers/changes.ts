import * as z from 'zod';
import type { ChangesView, ChangeView, VersionView } from '../../operator/queries/changes.ts';
import type { DiffView, KeptPublication } from '../../operator/queries/publications.ts';
import { component } from './component.ts';
import { addresses, cause, date, direction, text, texts, time } from './parts.ts';

const change = component<ChangeView>()(
  'Change',
  z
    .object({
      target: text,
      list: text,
      run: text,
      at: time,
      direction,
      prefix: text,
      cause,
      decisions: texts.describe('Ids of the decisions that let it go.').exactOptional(),
      by: z
        .array(z.object({ name: text, why: text, ticket: text.exactOptional() }))
        .describe('Who decided it; absent where nobody had to.')
        .exactOptional(),
    })
    .describe('A range or host name that went into or out of a target.'),
);

/** GET /api/changes. */
export const changesAnswer = component<ChangesView>()(
  'Changes',
  z.object({
    changes: z.array(change),
    next: text.describe('For `after`: there may be more. Absent at the end.').exactOptional(),
  }),
);

/** GET /api/version. */
export const versionAnswer = component<VersionView>()(
  'Version',
  z.object({
    latest: text.describe('The number of the last change: 17 digits; zeros before the first.'),
    changedAt: time.exactOptional(),
    run: text.exactOptional(),
    publication: z
      .object({ changeNumber: z.int(), date, digest: text })
      .describe('The publication in force.')
      .exactOptional(),
  }),
);

const keptPublication = component<KeptPublication>()(
  'KeptPublication',
  z
    .object({
      changeNumber: z.int().describe('Absent where the file could not be read that far.').exactOptional(),
      date,
      status: z.enum(['accepted', 'refused', 'waiting', 'imported']),
      file: text,
      digest: text,
      firstSeen: time,
      reasons: texts.describe('Why it was refused or waits.'),
      dropped: time
        .describe('Since when it is no longer kept as it came; what it says is. Absent while it is kept.')
        .exactOptional(),
    })
    .describe('A Service Tags file that is kept.'),
);

/** GET /api/publications. */
export const publicationsAnswer = component<{ readonly publications: readonly KeptPublication[] }>()(
  'Publications',
  z.object({ publications: z.array(keptPublication) }),
);

/** GET /api/diff. */
export const diffAnswer = component<DiffView>()(
  'Diff',
  z.object({
    from: keptPublication,
    to: keptPublication,
    tags: z.array(
      z.object({
        tag: text,
        kind: z.enum(['appeared', 'vanished', 'grown', 'shrunk', 'changed', 're-split']),
        gained: texts,
        lost: texts,
        addresses: z.object({ gained: addresses, lost: addresses }),
      }),
    ),
    unreadable: texts.describe(
      'Tags of which nothing is said: one of the files has them in a form that cannot be read.',
    ),
  }),
);
