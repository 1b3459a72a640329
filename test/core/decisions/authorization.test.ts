import { describe, expect, it } from 'vitest';
import {
  type DecidedBy,
  type DecisionInQuestion,
  type DecisionRules,
  whyNotDecided,
} from '../../../src/core/decisions/authorization.ts';
import type { Actor } from '../../../src/core/decisions/decision.ts';
import { ticketPattern } from '../../../src/core/decisions/ticket-pattern.ts';
import type { DecisionMeta, DecisionRequest } from '../../../src/operator/operator.ts';

const now = new Date('2026-03-01T12:00:00Z');
const group = '0f0e0d0c-aaaa-bbbb-cccc-010203040506';
const approver: Actor = { name: 'kari@example.test', how: 'token', groups: [group, 'approvers'] };
const asker: Actor = { name: 'ola@example.test', how: 'token', groups: ['approvers'] };
const key: Actor = { name: 'default', how: 'key' };
const claimed: Actor = { name: 'kari@example.test', how: 'claimed', groups: ['approvers'] };

const approve: DecisionInQuestion = { kind: 'approve' };
const remove: DecisionInQuestion = { kind: 'answer', answer: 'remove' };
const keep: DecisionInQuestion = { kind: 'answer', answer: 'keep' };
const pin = (until?: string): DecisionInQuestion => ({ kind: 'pin', ...(until === undefined ? {} : { until }) });
const pause: DecisionInQuestion = { kind: 'pause' };

const by = (actor: Actor, more: Partial<DecidedBy> = {}): DecidedBy => ({ by: actor, why: 'change 4711', ...more });
const rules = (answers: DecisionRules['answers'] = {}, more: Partial<DecisionRules> = {}): DecisionRules => ({
  answers,
  letsThrough: true,
  asked: { persons: [], unknown: false },
  earlier: [],
  now,
  ...more,
});

const ticket = rules({ ticket: { pattern: 'CHG\\d{4}', example: 'CHG4711' } });
const groups = rules({ groups: ['owners', group.toUpperCase()] });
const role = rules({ groups: ['approvers'] });
const other = (...persons: readonly Actor[]) => rules({ notWhoAsked: true }, { asked: { persons, unknown: false } });
const unknown = rules({ notWhoAsked: true }, { asked: { persons: [], unknown: true } });
const two = (...earlier: readonly Actor[]) => rules({ approvers: 2 }, { earlier });

/** What is said, by whom, under which rules, and a part of the refusal; undefined: taken. */
const cases: readonly [string, DecisionInQuestion, DecidedBy, DecisionRules, string | undefined][] = [
  ['nothing is asked for', approve, by(key), rules(), undefined],
  [
    'a reason that steers a terminal',
    pause,
    by(key, { why: 'storm\u001b[2J' }),
    rules(),
    'expected a reason (`why`) without control characters and marks of direction, got one with U+001B',
  ],
  [
    'a ticket that turns its direction',
    approve,
    by(approver, { ticket: 'CHG\u202e1' }),
    rules(),
    'expected a ticket without',
  ],
  [
    'a name that holds what no one sees',
    approve,
    by({ ...approver, name: 'kari\u0000' }),
    rules(),
    'expected a name (`by`)',
  ],
  ['a reason of several lines', pause, by(key, { why: 'storm\n\tover Oslo' }), rules(), undefined],
  ['no reason', approve, by(approver, { why: ' ' }), rules(), 'expected a reason'],
  ['no reason for a pause', pause, by(approver, { why: '' }), rules(), 'expected a reason'],

  ['the ticket', approve, by(key, { ticket: 'CHG4711' }), ticket, undefined],
  ['no ticket', approve, by(approver), ticket, 'such as CHG4711, got none'],
  ['no ticket to keep', keep, by(approver), ticket, 'got none'],
  ['no ticket to resume', { kind: 'resume' }, by(approver), ticket, 'got none'],
  ['a ticket with more around it', approve, by(approver, { ticket: 'CHG47110' }), ticket, 'got "CHG47110"'],
  ['a ticket in the other case', approve, by(approver, { ticket: 'chg4711' }), ticket, 'got "chg4711"'],
  ['a ticket on two lines', approve, by(approver, { ticket: 'CHG4711\nx' }), ticket, 'got "CHG4711\\nx"'],
  ['a ticket that is an essay', approve, by(approver, { ticket: 'x'.repeat(201) }), rules(), 'at most 200'],
  ['no ticket where the pattern takes none', approve, by(key), rules({ ticket: { pattern: '(CHG\\d+)?' } }), undefined],
  [
    'either of two whole tickets',
    approve,
    by(key, { ticket: 'CHG1-x' }),
    rules({ ticket: { pattern: 'CHG1|REQ1' } }),
    'got "CHG1-x"',
  ],
  ['a pause without a ticket', pause, by(key), ticket, undefined],
  ['a withdrawal without a ticket', { kind: 'withdraw' }, by(key), ticket, undefined],

  ['a member, the object id in the other case', approve, by(approver), groups, undefined],
  ['a role', approve, by(approver), role, undefined],
  [
    'a role in the other case',
    approve,
    by({ ...approver, groups: ['Approvers'] }),
    role,
    'got kari@example.test with 1 others',
  ],
  ['another group', remove, by(asker), groups, 'got ola@example.test with 1 others'],
  ['a sign-in without groups', approve, by({ name: 'k', how: 'token' }), role, 'with a sign-in without any'],
  ['a bare key', approve, by(key), role, 'the bare function key "default", which proves no membership'],
  ['a typed name that brings groups', keep, by(claimed), role, 'the typed name "kari@example.test", which proves no'],
  ['an empty list of groups', approve, by(key), rules({ groups: [] }), undefined],
  ['a pause by anybody', pause, by(claimed), role, undefined],
  ['a pin by anybody', pin('2026-03-02'), by(claimed), role, 'proves no membership'],

  ['another person', approve, by(approver), other(asker), undefined],
  ['who asked', approve, by(asker), other(asker), 'who asked for it'],
  [
    'who asked, in the other case',
    approve,
    by({ ...asker, name: 'OLA@example.test' }),
    other(asker),
    'who asked for it',
  ],
  ['who asked, removing', remove, by(asker), other(asker), 'who asked for it'],
  [
    'who asked, for a publication',
    { kind: 'answer-publication', answer: 'remove' },
    by(asker),
    other(asker),
    'who asked',
  ],
  ['who asked, keeping', keep, by(asker), { ...other(asker), letsThrough: false }, undefined],
  ['who asked, letting a gain in', keep, by(asker), other(asker), 'who asked for it'],
  [
    'who asked, without the rule',
    approve,
    by(asker),
    rules({}, { asked: { persons: [asker], unknown: false } }),
    undefined,
  ],
  ['Azure asked', approve, by(key), other(), undefined],
  ['the first of two, where who asked is not on record', approve, by(approver), unknown, undefined],
  ['a key, where who asked is not on record', approve, by(key), unknown, 'since who asked for this change is not on'],
  [
    'a placeholder that was left as it is',
    approve,
    { ...by(key), ticket: '<such as CHG1>' },
    rules({ ticket: { pattern: '.+', example: 'CHG1' } }),
    'expected a ticket that matches',
  ],
  [
    'a typed name, where who asked is a typed name',
    approve,
    by({ name: 'bert', how: 'claimed' }),
    other({ name: 'anna', how: 'claimed' }),
    'since who asked for this change, "anna", did not sign in',
  ],
  ['the same one twice', approve, by(approver), { ...unknown, earlier: [approver] }, 'who decided the same before'],
  ['the second of two', approve, by(approver), { ...unknown, earlier: [asker] }, undefined],
  ['who asked under another name', approve, by({ ...approver, id: 'A1' }), other({ ...asker, id: 'a1' }), 'who asked'],
  ['another person of the same name', approve, by({ ...asker, id: 'a2' }), other({ ...asker, id: 'a1' }), undefined],
  [
    'an author of whom only the object id is known',
    approve,
    by({ ...asker, id: 'a1' }),
    other({ ...key, id: 'A1' }),
    'who asked',
  ],
  ['two people, a key', approve, by(key), two(), 'expected 2 people who can be told apart, got "default"'],
  ['two people, the first', approve, by(approver), two(), undefined],
  ['two people, the first again', approve, by(approver), two(approver), 'who decided the same before'],
  ['two people, another one', approve, by(asker), two(approver), undefined],
  [
    'a typed name against a sign-in',
    approve,
    by(claimed),
    other(asker),
    '"kari@example.test" does not come from a sign-in',
  ],
  ['a sign-in against a key, as one of two', approve, by(approver), other(key), undefined],

  ['keep until a date', { ...keep, until: '2026-04-01' }, by(key), rules(), undefined],
  ['keep for good', keep, by(key), rules(), undefined],
  ['keep a part until a time', { kind: 'decline', until: '2026-03-01T13:01+01:00' }, by(key), rules(), undefined],
  ['keep until now', { ...keep, until: '2026-03-01T13:00+01:00' }, by(key), rules(), 'which is past'],
  ['keep until today', { ...keep, until: '2026-03-01' }, by(key), rules(), 'which is past'],
  ['keep until some day', { ...keep, until: 'Friday' }, by(key), rules(), 'such as 2031-01-31'],
  [
    'keep until a time without offset',
    { ...keep, until: '2026-04-01T12:00' },
    by(key),
    rules(),
    'a time with its offset',
  ],
  ['keep until no day', { ...keep, until: '2026-04-31' }, by(key), rules(), 'such as 2031-01-31'],
  ['remove until a date', { ...remove, until: '2026-04-01' }, by(key), rules(), 'no end (`until`) with answer remove'],
  ['approve until a date', { ...approve, until: '2026-04-01' }, by(key), rules(), 'no end (`until`) with approve'],
  ['pause until a date', { ...pause, until: '2027-04-01' }, by(key), rules(), undefined],
  ['pause until yesterday', { ...pause, until: '2026-02-28' }, by(key), rules(), 'which is past'],
  ['pin without an end', pin(), by(key), rules(), 'expected an end (`until`) for the pin, got none'],
  ['pin for 14 days', pin('2026-03-15T12:00:00Z'), by(key), rules(), undefined],
  ['pin for longer', pin('2026-03-15T12:00:00.001Z'), by(key), rules(), 'the latest is 2026-03-15T12:00:00.000Z'],
];

describe('checkWord', () => {
  it.each(cases)('%s', (_name, request, meta, given, expected) => {
    const said = whyNotDecided(request, meta, given);
    if (expected === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(expected);
  });

  it('takes what the service is asked', () => {
    const request: DecisionRequest = { kind: 'pin', changeNumber: 300, until: '2026-03-02' };
    const meta: DecisionMeta = { by: approver, why: 'outage' };
    expect(whyNotDecided(request, meta, rules())).toBeUndefined();
  });
});

it('a pattern must be one by itself', () => {
  expect(() => ticketPattern('a)|(b')).toThrow(SyntaxError);
});
