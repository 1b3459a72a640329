import * as z from 'zod';
import type { Amount, ChangedSums, ChangeSums, Difference } from '../../core/plan/proposed-change.ts';
import type { PreviewedDecision, PreviewView, TargetPreview } from '../../core/preview.ts';
import { component } from './component.ts';
import { decision, direction, mode, publication, reasons, text, texts, time } from './parts.ts';
import { removalRisk, step } from './plans.ts';

const amount = component<Amount>()(
  'Amount',
  z.object({ ranges: z.int(), ipv4Addresses: text, ipv6Prefixes: z.int() }).describe('Ranges, and what they hold.'),
);

const byProposal = z.object({ now: amount, later: amount, 'if approved': amount, never: amount });

const changeSums = component<ChangeSums>()(
  'ChangeSums',
  z
    .object({ add: byProposal, remove: byProposal })
    .describe('What the next run writes, what waits for its hour or for an approval, and what is never written.'),
);

const proposal = z.enum(['now', 'later', 'if approved', 'never']);

/** `no part`: there is nothing to write. */
const fate = z.enum([...proposal.options, 'no part']);

const difference = component<Difference>()(
  'Difference',
  z.object({ direction, without: fate, with: fate, ranges: texts }).describe('Ranges whose fate a decision changes.'),
);

const changedSums = component<ChangedSums>()(
  'ChangedSums',
  z
    .object({
      add: z.int(),
      remove: z.int(),
      stopsAdding: z.int(),
      stopsRemoving: z.int(),
      toApprove: z.int(),
      stopsAsking: z.int(),
    })
    .describe('How many ranges a decision lets be written by the next run, or keeps from it.'),
);

const kinds = decision.options.map(({ shape }) => shape.kind.value) as [PreviewedDecision['kind']];

const previewedDecision = component<PreviewedDecision>()(
  'PreviewedDecision',
  z
    .object({
      kind: z.enum(kinds),
      text,
      otherwise: text.exactOptional(),
      risks: z.array(removalRisk).exactOptional(),
      needs: z.int().exactOptional(),
    })
    .describe('A decision that was not recorded, and what it means.'),
);

const targetPreview = component<TargetPreview>()(
  'TargetPreview',
  z
    .object({
      target: text,
      kind: text,
      list: text,
      mode,
      add: z.array(step),
      remove: z.array(step),
      waits: z.array(
        z.object({
          part: text,
          direction,
          when: proposal.exclude(['now']),
          steps: z.array(step),
          reasons,
          refused: z.literal(true).exactOptional(),
        }),
      ),
      refusals: reasons,
      sums: changeSums,
      notes: texts,
      failed: text.describe('Why it could not be read or planned; the rest is empty then.').exactOptional(),
      because: z.array(difference).describe('What a decision changes; absent without one.').exactOptional(),
    })
    .describe('What the next run would do to a target.'),
);

/** POST /api/preview. */
export const previewAnswer = component<PreviewView>()(
  'PreviewAnswer',
  z
    .object({
      at: time,
      publication: publication.exactOptional(),
      decisions: z.array(previewedDecision),
      targets: z.array(targetPreview),
      sums: changeSums,
      because: changedSums.exactOptional(),
    })
    .describe('What the next run would do. Nothing was written to find out.'),
);
