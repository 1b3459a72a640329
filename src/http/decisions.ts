import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { DecisionRequest, Operator } from '../operator/operator.ts';
import { readUntil, UntilError } from '../operator/operator.ts';
import type { Settings } from '../run/settings.ts';
import { actorOf } from './actor.ts';
import { json } from './json.ts';
import { BadRequest } from './problem.ts';
import { readBody, readBodyOfKind } from './read-body.ts';
import { withRun } from './run-json.ts';

/** What every word carries. */
const said = {
  /** Kept with what was said, and shown with all that follows from it. */
  why: z.string().trim().min(1).max(1000),
  ticket: z.string().trim().min(1).max(100).exactOptional(),
  /** Who speaks, where no sign-in says so; recorded as claimed. */
  by: z.string().trim().min(1).max(200).exactOptional(),
};
const id = z.string().min(1).max(200);
/** As readUntil() takes it. */
const until = z.string().min(1).max(40);
const answer = z.enum(['remove', 'keep'], 'remove or keep');
const changeNumber = z.int().positive();

const answers = {
  answer: z.strictObject({
    ...said,
    holds: z.array(id).min(1).max(1000),
    answer,
    until: until.exactOptional(),
    ranges: z.array(z.string().min(1)).min(1).exactOptional(),
  }),
  'answer-publication': z.strictObject({ ...said, changeNumber, answer, until: until.exactOptional() }),
  approve: z.strictObject({ ...said, part: id }),
  'keep-part': z.strictObject({ ...said, part: id }),
  withdraw: z.strictObject({ ...said, word: id }),
  'accept-publication': z.strictObject({
    ...said,
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'a digest: 64 hexadecimal digits, lower case'),
    tags: z.array(z.string().min(1)).min(1).exactOptional(),
  }),
};

const controls = {
  pause: z.strictObject({ ...said, target: id.exactOptional(), until: until.exactOptional() }),
  resume: z.strictObject({ ...said, target: id.exactOptional() }),
  pin: z.strictObject({ ...said, changeNumber, until }),
  unpin: z.strictObject({ ...said }),
};

type EdgeSettings = () => Pick<Settings, 'easyAuth' | 'now'>;

/** POST /api/answers: an answer to holds, an approval of a plan part, and what else a person may say to a question. */
export function postAnswers(settings: EdgeSettings) {
  return async (request: HttpRequest, operator: Operator): Promise<HttpResponseInit> =>
    say(request, operator, settings(), (await readBodyOfKind(request, answers)) as DecisionRequest & Said);
}

/** POST /api/pause, /api/resume, /api/pin, /api/unpin. */
export function postControl(kind: keyof typeof controls, settings: EdgeSettings) {
  return async (request: HttpRequest, operator: Operator): Promise<HttpResponseInit> => {
    const body = await readBody(request, controls[kind]);
    return say(request, operator, settings(), { kind, ...body } as DecisionRequest & Said);
  };
}

interface Said {
  readonly why: string;
  readonly ticket?: string;
  readonly by?: string;
}

async function say(
  request: HttpRequest,
  operator: Operator,
  { easyAuth, now }: ReturnType<EdgeSettings>,
  { why, ticket, by, ...word }: DecisionRequest & Said,
): Promise<HttpResponseInit> {
  const meta = { by: actorOf(request, by, easyAuth), why, ...(ticket === undefined ? {} : { ticket }) };
  const taken = await operator.record(dated(word as DecisionRequest, now()), meta);
  return withRun(json(201, taken), taken);
}

function dated(word: DecisionRequest, now: Date): DecisionRequest {
  if (!('until' in word) || word.until === undefined) return word;
  try {
    return { ...word, until: readUntil(word.until, now) };
  } catch (error) {
    if (error instanceof UntilError) throw new BadRequest(`The body is not valid. until: ${error.message}.`);
    throw error;
  }
}
