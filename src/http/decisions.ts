import * as z from 'zod';
import type { DecisionRequest, RecordedDecisions } from '../operator/operator.ts';
import { readUntil, UntilError } from '../operator/operator.ts';
import { actorOf } from './actor.ts';
import { decisionsAnswer } from './answers/runs.ts';
import { type Call, endpoint } from './handle.ts';
import { BadRequest, type JsonAnswer, json, withRun } from './responses.ts';

/** What every word carries. */
const said = {
  why: z
    .string()
    .trim()
    .min(1)
    .max(1000)
    .describe('The reason. It is recorded with the decision, and shown with all that follows from it.'),
  ticket: z.string().trim().min(1).max(100).describe('The number of a change ticket.').exactOptional(),
  by: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .describe('Who decides, where no sign-in tells; recorded as claimed.')
    .exactOptional(),
};
const id = z.string().min(1).max(200);
const until = z.string().min(1).max(40).describe('When it ends: a date, a time, or a span such as `28d`.');
const answer = z
  .enum(['keep', 'remove', 'allow', 'block'], 'keep or remove for a loss, allow or block for a gain')
  .describe(
    'What happens to the ranges of the holds. Of a loss: `keep` leaves them allowed, `remove` takes them out. Of a gain: `allow` lets them in, `block` keeps them out. The words of before still count for a gain: `keep` lets it in, `remove` keeps it out.',
  );
const changeNumber = z.int().positive().describe('The change number of a publication.');
const target = id.describe('The id of a target; all targets if absent.').exactOptional();
const part = id.describe('A plan part that waits: its id, its short id, or its target if only one part of it waits.');

const answers = {
  answer: z.strictObject({
    ...said,
    holds: z.array(id).min(1).max(1000).describe('Holds: ids, short ids, or the tag or target of one.'),
    answer,
    until: until.exactOptional(),
    ranges: z.array(z.string().min(1)).min(1).describe('Some ranges of the holds; all if absent.').exactOptional(),
  }),
  'answer-publication': z.strictObject({
    ...said,
    changeNumber: changeNumber.describe(
      'The change number of a publication: every open hold that it opened is answered, with `allow` and `block` its gains alone.',
    ),
    answer,
    until: until.exactOptional(),
  }),
  approve: z.strictObject({ ...said, part }),
  decline: z.strictObject({ ...said, part }),
  'keep-part': z.strictObject({
    ...said,
    part: part.describe('The same as for `decline`, of which this is the word of before.'),
  }),
  withdraw: z.strictObject({ ...said, word: id.describe('The id of a decision to take back.') }),
  'accept-publication': z.strictObject({
    ...said,
    digest: z
      .string()
      .min(4)
      .max(200)
      .describe(
        'A publication that was refused or waits: its SHA-256 as the notice gives it (`raw-` precedes that of a damaged file), the beginning of it, or the name of the file; or a tag that was set aside in the one in force.',
      ),
    tags: z.array(z.string().min(1)).min(1).describe('Some tags of it; all if absent.').exactOptional(),
  }),
};

const controls = {
  pause: z.strictObject({ ...said, target, until: until.exactOptional() }),
  resume: z.strictObject({ ...said, target }),
  pin: z.strictObject({ ...said, changeNumber, until }),
  unpin: z.strictObject({ ...said }),
};

/** Every decision by its kind, as it is recorded. */
export const decisionBodies = { ...answers, ...controls };

const responses = {
  201: { text: 'The decisions as recorded, and the run that applies them with its targets.', json: decisionsAnswer },
  409: 'The decision cannot be taken: it is done, expired, about something else, or somebody else has to take it.',
} as const;

/** POST /api/answers: an answer to holds, an approval of a plan part, and what else a person may say to a question. */
export const postAnswers = endpoint({
  body: { kinds: answers },
  responses,
  answer(call) {
    const { body } = call;
    return record(call, body.kind === 'keep-part' ? { ...body, kind: 'decline' } : body);
  },
});

/** POST /api/pause, /api/resume, /api/pin, /api/unpin. */
export function postControl<K extends keyof typeof controls>(kind: K) {
  return endpoint({
    body: controls[kind],
    responses,
    answer: (call) => record(call, { kind, ...call.body } as DecisionRequest & Said),
  });
}

interface Said {
  readonly why: string;
  readonly ticket?: string;
  readonly by?: string;
}

async function record(
  { request, ...product }: Call,
  { why, ticket, by, ...word }: DecisionRequest & Said,
): Promise<JsonAnswer<201, RecordedDecisions>> {
  const [operator, { easyAuth, now }] = await Promise.all([product.operator(), product.settings()]);
  const meta = { by: actorOf(request, by, easyAuth), why, ...(ticket === undefined ? {} : { ticket }) };
  const taken = await operator.record(dated(word as DecisionRequest, now()), meta);
  return withRun(json(201, taken), taken);
}

/** The decision with the moment that its `until` means. Throws BadRequest for a text that names none. */
export function dated(word: DecisionRequest, now: Date): DecisionRequest {
  if (!('until' in word) || word.until === undefined) return word;
  try {
    return { ...word, until: readUntil(word.until, now) };
  } catch (error) {
    if (error instanceof UntilError) throw new BadRequest(`The body is not valid. until: ${error.message}.`);
    throw error;
  }
}
