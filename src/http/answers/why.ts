import * as z from 'zod';
import type { WhyHold, WhyList, WhyPart, WhyTag, WhyTarget, WhyView } from '../../core/why.ts';
import { component } from './component.ts';
import { asIn, cause, date, decisionRef, mode, text, texts, time, yes } from './parts.ts';

const extent = z.enum(['wholly', 'in part', 'not']);

const whyTag = component<WhyTag>()(
  'WhyTag',
  z
    .object({
      tag: text,
      ranges: texts,
      published: extent,
      appeared: z.array(z.object({ changeNumber: z.int(), at: time })).describe('Publications that brought it.'),
      holds: texts.describe('Ids of the holds on it.'),
      asIn: asIn.exactOptional(),
    })
    .describe('What a tag of a list allows.'),
);

const exception = z.object({
  prefix: text,
  reason: text.exactOptional(),
  owner: text.exactOptional(),
  expires: text.exactOptional(),
});

const whyList = component<WhyList>()(
  'WhyList',
  z
    .object({
      list: text,
      allowed: extent,
      tags: z.array(whyTag),
      always: z.array(exception).describe('Of the config: what it adds, whatever is published.'),
      never: z.array(exception),
      registries: texts.describe('Registries by which it has a host name.'),
    })
    .describe('A list as it was then.'),
);

const whyHold = component<WhyHold>()(
  'WhyHold',
  z
    .object({
      kind: z.enum([
        'loss',
        'gain',
        'list',
        'part',
        'refused',
        'failed',
        'pause',
        'pin',
        'window',
        'never',
        'family',
        'mode',
        'others',
        'next run',
      ]),
      id: text.describe('Of a hold or a part.').exactOptional(),
      ranges: texts.describe('All of the part if absent.').exactOptional(),
      text,
      next: text.describe('What ends it.').exactOptional(),
    })
    .describe('What keeps it in or out.'),
);

const whyPart = component<WhyPart>()(
  'WhyPart',
  z
    .object({
      ranges: texts,
      allowed: z.boolean(),
      wanted: z.boolean().describe('The list had it then.'),
      since: time.exactOptional(),
      cause: cause.exactOptional(),
      run: text.exactOptional(),
      found: yes.describe('It was there before this service wrote it.').exactOptional(),
      decisions: z.array(decisionRef).exactOptional(),
      went: z
        .object({
          at: time,
          cause,
          run: text,
          decisions: z.array(decisionRef).exactOptional(),
          was: z.object({ since: time.exactOptional(), cause }).exactOptional(),
        })
        .describe('Of what is not allowed any more: when and why it went.')
        .exactOptional(),
      tags: z.array(whyTag),
      holds: z.array(whyHold),
    })
    .describe('What is in or out for one reason.'),
);

const whyTarget = component<WhyTarget>()(
  'WhyTarget',
  z
    .object({ target: text, list: text, mode, allowed: extent, parts: z.array(whyPart) })
    .describe('A target as it was then.'),
);

/** GET /api/why. */
export const whyAnswer = component<WhyView>()(
  'Why',
  z.object({
    asked: text,
    at: time,
    past: z.boolean(),
    publication: z.object({ changeNumber: z.int(), date, file: text }).exactOptional(),
    resolved: texts.describe('Addresses of a host name.').exactOptional(),
    answers: z
      .array(z.object({ of: text, lists: z.array(whyList), targets: z.array(whyTarget) }))
      .describe('For what was asked, and for each address of a name.'),
  }),
);
