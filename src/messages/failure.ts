import type { OutcomeError } from '../core/reason.ts';
import { firstUpper } from './format.ts';

/** Why a target was not written, as far as it changes what people do about it. */
export const failureCauses = [
  'permission',
  'lock',
  'policy',
  'conflict',
  'busy',
  'throttled',
  'quota',
  'network',
  'service',
  'not-found',
  'invalid',
  'failed-state',
  'unreadable',
  'internal',
  'unknown',
] as const;
export type FailureCause = (typeof failureCauses)[number];

/** What people do about a cause. Steps are in order; a run follows them. */
interface Remedy {
  readonly cause: string;
  readonly steps: (resource: string) => readonly string[];
  /** Beside what holds for every failure. */
  readonly not?: string;
}

const state = (id: string) => `\`az resource show --ids ${id} --query properties.provisioningState\``;
const activity = (id: string) => `\`az monitor activity-log list --resource-id ${id} --offset 7d\``;

const remedies: Readonly<Record<FailureCause, Remedy>> = {
  permission: {
    cause: 'the identity of this service lacks a right, or got no token',
    steps: (id) => [
      'see which right is missing, and at which scope: `npm run -s cli -- doctor`',
      `give it: \`azd provision\` if the config changed, else \`az role assignment create --assignee-object-id IDENTITY --assignee-principal-type ServicePrincipal --role ROLE --scope ${groupOf(id)}\``,
    ],
    not: 'do not give Owner or Contributor: the role of this service has all that it needs',
  },
  lock: {
    cause: 'a resource lock forbids the change',
    steps: (id) => [
      `see the lock and ask its owner: \`az lock list --resource ${id} --output table\``,
      'have it removed: `az lock delete --ids LOCK`; or take the target out of the config',
    ],
    not: 'do not put a read-only lock back on it: every change would fail again',
  },
  policy: {
    cause: 'an Azure Policy or a deny assignment forbids the change',
    steps: (id) => [
      `see the assignments: \`az policy assignment list --scope ${id} --disable-scope-strict-match\``,
      `have the owner of the one that the error names exempt the resource: \`az policy exemption create --name service-tag-sync --policy-assignment ASSIGNMENT --exemption-category Waiver --scope ${id}\``,
    ],
    not: 'do not delete the assignment: it guards other resources as well',
  },
  conflict: {
    cause: 'another writer changed the resource in between; the change was planned again once, and met it again',
    steps: (id) => [
      `see who else writes there: ${activity(id)}`,
      'have that pipeline wait, or leave these entries alone',
    ],
  },
  busy: {
    cause: 'another operation held the resource for longer than a run waits',
    steps: (id) => [`see whether it has ended: ${state(id)}`, `if it goes on, see whose it is: ${activity(id)}`],
    not: 'do not cancel that operation: a firewall may be half programmed',
  },
  throttled: {
    cause: 'Azure limits the requests of this identity or subscription; that passes by itself',
    steps: (id) => [`if it goes on, see who else makes requests: ${activity(id)}`],
    not: 'do not ask for runs again and again: each one is more requests',
  },
  quota: {
    cause: 'a limit of the subscription or of the resource is reached',
    steps: () => [
      'see how full it is: `npm run -s cli -- status`, and `az network list-usages --location LOCATION --output table`',
      'have the limit raised in the portal, select fewer tags, or split the list over two targets; then `npm run -s cli -- check`',
    ],
    not: 'do not delete entries of others to make room',
  },
  network: {
    cause: 'no answer came from Azure: the network, a proxy or name resolution on the way',
    steps: () => [
      'see what is reached from the app: `npm run -s cli -- doctor`',
      'restore the path: outbound rules, proxy, DNS and private endpoints of the app',
    ],
    not: 'do not open the firewall to everything to try',
  },
  service: {
    cause: 'Azure itself failed; that passes by itself as a rule',
    steps: (id) => [
      `see whether Azure reports a fault: https://status.azure.com, and ${state(id)}`,
      'if it goes on for a day, open a support request with the text of the error',
    ],
  },
  'not-found': {
    cause: 'what the config names does not exist',
    steps: (id) => [
      `see whether it is there: ${state(id)}`,
      'create it, or correct the config: `npm run -s cli -- check`, then `npm run -s cli -- doctor`',
    ],
    not: 'do not create it under another name than the config says',
  },
  invalid: {
    cause: 'Azure refuses the change as it is, and would refuse it again',
    steps: () => [
      'correct in the config what the error names: `npm run -s cli -- check`, then `npm run -s cli -- plan`',
      'if the config is right, report it with the text of the error',
    ],
  },
  'failed-state': {
    cause: 'the resource, or a firewall behind it, is in state Failed',
    steps: (id) => [
      `see which one, and why: ${state(id)}, and ${activity(id)}`,
      'the next run writes a resource of this service again; save a firewall or policy behind it again without a change, for example `az network firewall update --name NAME --resource-group GROUP`',
    ],
    not: 'do not write the targets behind the same firewall by hand: each write may make it worse',
  },
  unreadable: {
    cause: 'the answer made no sense; nothing was concluded from it',
    steps: (id) => [
      `compare with what Azure says: ${state(id)}`,
      'look for a proxy on the way that answers in its place',
    ],
  },
  internal: {
    cause: 'a fault of this service itself',
    steps: () => [
      'read what else the run says: `npm run -s cli -- runs`',
      'report it, with the log lines of that time',
    ],
  },
  unknown: {
    cause: 'the error names it',
    steps: () => ['see what is not as it should be: `npm run -s cli -- doctor`', 'put that right'],
  },
};

/** What kinds of causes a failed target has; never none. */
export function causesOf(errors: readonly OutcomeError[] = []): readonly FailureCause[] {
  const causes = [...new Set(errors.map(causeOf))];
  return causes.length === 0 ? ['unknown'] : causes;
}

/** Codes come before kinds: a full subscription and an absent resource are refused in several ways. */
function causeOf({ kind, code = '', status }: OutcomeError): FailureCause {
  if (kind !== 'throttled' && /quota|limit.*(reached|exceeded)|exceed.*limit/i.test(code)) return 'quota';
  if (/NotFound$/i.test(code) || status === 404) return 'not-found';
  switch (kind) {
    case 'forbidden':
      return 'permission';
    case 'locked':
      return 'lock';
    case 'superseded':
      return 'conflict';
    case 'transient':
      return status === undefined ? 'network' : 'service';
    default:
      return kind;
  }
}

/**
 * Cause, what to do in order with the commands, how to see that it is over, and what not to do: everything a person needs
 * beside the error itself. `resource`: its ARM id, where it is one of Azure.
 */
export function remedyLines(target: string, causes: readonly FailureCause[], resource = 'RESOURCE'): string[] {
  const all = causes.map((cause) => remedies[cause]);
  return [
    ...all.map(({ cause }) => `Cause: ${cause}.`),
    ...stepLines([...new Set(all.flatMap(({ steps }) => steps(resource)))]),
    `Over when: \`npm run -s cli -- status\` no longer shows ${target} as failed.`,
    ...all.flatMap(({ not }) => (not === undefined ? [] : [`What not to do: ${not}.`])),
    'What not to do: do not fill or empty the resource by hand meanwhile; the service would take that for drift.',
  ];
}

/** Steps with their numbers, then a run. A number in front of a stop would end a sentence, see fitted(). */
export function stepLines(steps: readonly string[]): string[] {
  const run = 'start a run, which begins from the live state, or wait for the next one: `npm run -s cli -- run`';
  return [...steps, run].map((step, index) => `${index + 1}) ${firstUpper(step)}.`);
}

/** The resource group of an ARM id. */
function groupOf(id: string): string {
  return id.replace(/\/providers\/.*$/, '');
}
