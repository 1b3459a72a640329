import { PrefixError, parsePrefix } from '../../core/address/prefix.ts';
import { UsageError } from '../../core/errors.ts';
import type { Mode } from '../../core/plan/plan-types.ts';
import type { Interview } from './interview.ts';
import type { NamedRegistry } from './registry.ts';

/** The usual cases, by the name that `--for` takes. */
export const usualCases = ['pulling-firewall', 'hub', 'restricted-registry'] as const;
export type UsualCase = (typeof usualCases)[number];

/** The answer of who has none of them. */
export const otherCase = 'other';

/** What each case is, a line each. */
export const casesExplained = `  pulling-firewall     a firewall that fetches its list from this service, with a password
  hub                  IP groups that an Azure Firewall policy uses; a person approves removals
  restricted-registry  who may reach a registry: its own IP rules
  ${otherCase.padEnd(19)}  any other kind of target (docs/targets.md)`;

export const kindOfCase: Readonly<Record<UsualCase, string>> = {
  'pulling-firewall': 'feed',
  hub: 'ip-group',
  'restricted-registry': 'registry',
};

/** What the options of `init` say beside the settings of a kind. */
export interface CaseOptions {
  readonly device?: string;
  readonly ticket?: string;
  readonly admit?: readonly string[];
  readonly reason?: string;
  readonly owner?: string;
}

/** What a case adds to a config. */
export interface CasePart {
  /** The list of its target, where that is not the registry's own. */
  readonly list?: object;
  /** Fields of its target. */
  readonly target?: object;
  /** Fields of the document. */
  readonly document?: object;
}

/** Proposals for settings of a kind: `otherwise` is taken unasked, `offered` is not. */
export function proposalsOf(
  usual: UsualCase | undefined,
  registry: NamedRegistry | undefined,
): Readonly<Record<string, { readonly otherwise?: string; readonly offered?: string }>> {
  const id = registry && 'resourceId' in registry.entry ? registry.entry.resourceId.split('/') : [];
  const [, , subscriptionId, , resourceGroup, , , , name] = id;
  const from = (text: string | undefined, how: 'otherwise' | 'offered') => (text ? { [how]: text } : {});
  switch (usual) {
    case 'pulling-firewall':
      return { name: { otherwise: 'pulls' } };
    case 'hub':
      return {
        subscriptionId: from(subscriptionId, 'offered'),
        resourceGroup: from(resourceGroup, 'offered'),
        name: { otherwise: 'acr' },
        location: from(registry?.region, 'offered'),
      };
    case 'restricted-registry':
      return {
        subscriptionId: from(subscriptionId, 'otherwise'),
        resourceGroup: from(resourceGroup, 'otherwise'),
        registry: from(name, 'otherwise'),
      };
    default:
      return {};
  }
}

/** A feed is this service's own: in another mode it would serve nothing. Everything else is only looked at before its people say more. */
export function usualMode(usual: UsualCase | undefined): Mode {
  return usual === 'pulling-firewall' ? 'sync' : 'report-only';
}

/** Asks what a case needs beyond its kind. */
export async function askCase(usual: UsualCase, interview: Interview, given: CaseOptions): Promise<CasePart> {
  if (usual === 'pulling-firewall') return askFirewall(interview, given);
  return usual === 'hub' ? askHub(interview, given) : askRestricted(interview, given);
}

async function askFirewall(interview: Interview, { device }: CaseOptions): Promise<CasePart> {
  const name = await interview.answer(
    {
      flag: '--device',
      text: 'User name that the firewall pulls with',
      otherwise: 'firewall-1',
      read: (text) => matching(text, /^[A-Za-z0-9._-]{1,64}$/, 'up to 64 letters, digits, . _ -'),
    },
    device,
  );
  const setting = name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '_')
    .replace(/^(?=\d)/, '_');
  return { target: { devices: { [name]: { secrets: [{ $env: setting }] } } } };
}

async function askHub(interview: Interview, { ticket }: CaseOptions): Promise<CasePart> {
  const example = await interview.answer(
    {
      flag: '--ticket',
      text: 'A ticket number of the change board, such as CHG0042137 (empty: decisions need none)',
      otherwise: '',
      read: (text) => matching(text, /^[A-Za-z0-9_-]{1,30}$/, 'a ticket number of letters, digits, _ and -'),
    },
    ticket,
  );
  return {
    target: { approval: { remove: 'always' } },
    ...(example === '' ? {} : { document: { answers: { ticket: { pattern: patternOf(example), example } } } }),
  };
}

/** A pattern for tickets that differ from an example in their digits: `CHG0042137` is `CHG\d{7}`. */
function patternOf(example: string): string {
  return example.replaceAll(/\d+/g, (digits) => `\\d{${digits.length}}`);
}

async function askRestricted(interview: Interview, { admit, reason, owner }: CaseOptions): Promise<CasePart> {
  const wanted = await interview.answer(
    {
      flag: '--admit',
      text: 'Addresses, prefixes or service tags that may reach it, with commas between',
      read: (text) => text.split(',').map(readAdmitted).join(','),
    },
    admit?.join(','),
  );
  const said = (flag: string, text: string, value: string | undefined) =>
    interview.answer({ flag, text, read: (one) => matching(one.trim(), /./, 'a few words') }, value);
  const why = await said('--reason', 'Why they may reach it, for later readers', reason);
  const who = await said('--owner', 'Who answers for that: a person, a team', owner);
  const all = wanted.split(',').filter((one) => one !== '');
  const tags = all.filter((one) => !isPrefix(one));
  const always = all.filter(isPrefix).map((prefix) => ({ prefix, reason: why, owner: who }));
  return {
    list: { ...(tags.length > 0 ? { tags } : {}), ...(always.length > 0 ? { always } : {}) },
    ...(tags.length > 0 ? { target: { accept: { risk: 'shared-azure-tag', reason: why, owner: who } } } : {}),
  };
}

/** Checked here, so that a wrong one is asked again; tags begin with a letter. */
function readAdmitted(text: string): string {
  const one = text.trim();
  if (!isPrefix(one)) return matching(one, /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/, admitted);
  try {
    parsePrefix(one.includes('/') ? one : `${one}/32`);
    return one;
  } catch (error) {
    if (error instanceof PrefixError) throw new UsageError(`expected ${admitted}: ${error.message}`);
    throw error;
  }
}

const admitted = 'an IPv4 address or prefix such as 203.0.113.0/24, or a service tag such as DataFactory.WestEurope';

function isPrefix(text: string): boolean {
  return /^\d/.test(text);
}

function matching(text: string, form: RegExp, expected: string): string {
  if (form.test(text)) return text;
  throw new UsageError(`expected ${expected}, got ${JSON.stringify(text)}`);
}
