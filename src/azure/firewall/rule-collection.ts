import { isObject, type JsonObject, objectAt, textAt, without } from '../../core/json.ts';
import type { ArmClient } from '../arm/arm-client.ts';
import { ArmError, unreadable } from '../arm/arm-error.ts';
import { retrying } from '../arm/pace.ts';
import { resourceId } from '../arm/resource-id.ts';
import { requireSucceeded, requireTerminalState } from '../unit-state.ts';

/** Where a book of network rules is. */
interface RuleBookPlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

/**
 * A resource that holds network rules and can only be written whole: a rule collection group of a firewall policy, or a
 * classic firewall. What goes back is the raw answer with nothing but our rules changed, so that fields, rule types and
 * collection types unknown to us survive. One write at a time: there is no conditional PUT.
 */
export interface RuleCollections {
  /** Names it for people. */
  readonly subject: string;
  /** ARM id of the resource that a write rewrites. */
  readonly id: string;
  /** ARM id of the policy or the firewall that a write reprograms. */
  readonly owner: string;
  /** Field in which a rule lists its protocols. */
  readonly protocols: 'ipProtocols' | 'protocols';
  /** The raw resource once no operation is under way on it; undefined if it does not exist. */
  read(signal: AbortSignal): Promise<JsonObject | undefined>;
  /** The same right before a write, which can leave at once then: nothing but the reading comes between. */
  readToWrite(signal: AbortSignal): Promise<JsonObject | undefined>;
  /**
   * As `read`, with the other books of its owner: a policy has several, and a rule in any of them may name what a rule of
   * ours names. One request, as for `read` (more only where Azure answers in pages).
   */
  readAll(
    signal: AbortSignal,
  ): Promise<{ readonly raw: JsonObject | undefined; readonly others: readonly JsonObject[] }>;
  /** What people wrote into a raw book: its properties without those that only Azure writes. */
  contents(raw: JsonObject): JsonObject;
  /** PUTs the whole and waits until it reports Succeeded. `what` names in errors what it is done for. */
  write(what: string, raw: JsonObject, signal: AbortSignal): Promise<void>;
  /** The collection of network rules with this name; undefined if there is none. */
  collection(raw: JsonObject, name: string): RuleCollection | undefined;
  /** The raw resource with the rules of one collection replaced. */
  withRules(raw: JsonObject, name: string, rules: readonly JsonObject[]): JsonObject;
}

export interface RuleCollection {
  /** `Allow` or `Deny`. */
  readonly action: string | undefined;
  readonly rules: readonly JsonObject[];
}

export function policyRuleCollections(
  arm: ArmClient,
  place: RuleBookPlace & { readonly policy: string; readonly ruleCollectionGroup: string },
): RuleCollections {
  const { resourceGroup, policy, ruleCollectionGroup: group } = place;
  const subject = `rule collection group ${group} of firewall policy ${policy} (resource group ${resourceGroup})`;
  const owner = resourceId(place, `Microsoft.Network/firewallPolicies/${policy}`);
  const all = `${owner}/ruleCollectionGroups`;
  return bookOf(arm, {
    subject,
    id: `${all}/${group}`,
    owner,
    protocols: 'ipProtocols',
    field: 'ruleCollections',
    nested: false,
    readOnly: ['size'],
    siblings: { all, name: group },
  });
}

export function classicRuleCollections(
  arm: ArmClient,
  place: RuleBookPlace & { readonly firewall: string },
): RuleCollections {
  const { resourceGroup, firewall } = place;
  const subject = `firewall ${firewall} (resource group ${resourceGroup})`;
  const id = resourceId(place, `Microsoft.Network/azureFirewalls/${firewall}`);
  return bookOf(arm, {
    subject,
    id,
    owner: id,
    protocols: 'protocols',
    field: 'networkRuleCollections',
    nested: true,
    readOnly: ['ipGroups'],
  });
}

interface Shape extends Pick<RuleCollections, 'subject' | 'id' | 'owner' | 'protocols'> {
  /** Property that lists the collections. */
  readonly field: string;
  /** Whether a collection keeps its rules under `properties`. */
  readonly nested: boolean;
  readonly readOnly: readonly string[];
  /** ARM id of all books of the owner, and the name of this one among them; absent where it is the only one. */
  readonly siblings?: { readonly all: string; readonly name: string };
}

function bookOf(arm: ArmClient, shape: Shape): RuleCollections {
  const { subject, field, nested } = shape;
  const read = (signal: AbortSignal) =>
    retrying(arm.pace, signal, async () => {
      const raw = await arm.get(subject, signal, shape.id);
      if (raw !== undefined) requireTerminalState(subject, raw);
      return raw;
    });
  const all = (raw: JsonObject) => objectsAt(subject, objectAt(raw, 'properties'), field);
  const inner = (collection: JsonObject) => (nested ? objectAt(collection, 'properties') : collection);
  const readWith = ({ all: list, name }: NonNullable<Shape['siblings']>, signal: AbortSignal) =>
    retrying(arm.pace, signal, async () => {
      const books = await arm.list(subject, signal, list).catch(ofNoOwner);
      const raw = books.find((one) => sameName(one, name));
      if (raw !== undefined) requireTerminalState(subject, raw);
      return { raw, others: books.filter((one) => one !== raw) };
    });
  const contents = (raw: JsonObject) => without(objectAt(raw, 'properties'), ['provisioningState', ...shape.readOnly]);
  return {
    subject,
    id: shape.id,
    owner: shape.owner,
    protocols: shape.protocols,
    read,
    readToWrite: async (signal) => {
      await arm.turnToWrite(signal);
      return await read(signal);
    },
    readAll: async (signal) =>
      shape.siblings === undefined ? { raw: await read(signal), others: [] } : readWith(shape.siblings, signal),
    contents,
    async write(what, raw, signal) {
      const body = {
        ...without(raw, ['id', 'name', 'type', 'etag', 'systemData']),
        properties: contents(raw),
      };
      const after = (await arm.putUnlessSame(what, signal, shape.id, body)) ?? (await read(signal));
      if (after === undefined) throw unreadable(what, 'it was written and is gone');
      requireSucceeded(what, after);
    },
    collection(raw, name) {
      const found = all(raw).find((one) => sameName(one, name));
      if (found === undefined) return undefined;
      const action = textAt(objectAt(inner(found), 'action'), 'type');
      return { action, rules: objectsAt(subject, inner(found), 'rules') };
    },
    withRules(raw, name, rules) {
      const collections = all(raw).map((one) => {
        if (!sameName(one, name)) return one;
        return nested ? { ...one, properties: { ...inner(one), rules } } : { ...one, rules };
      });
      return { ...raw, properties: { ...objectAt(raw, 'properties'), [field]: collections } };
    },
  };
}

/** Thrown where the config names a resource or a collection that rules could go into and that is not there. */
export function missingPlace(subject: string, collection?: string): ArmError {
  const what =
    collection === undefined
      ? `The ${subject} does not exist`
      : `The ${subject} has no network rule collection ${collection}`;
  return new ArmError(
    'invalid',
    `${what}. Rules are created in it, it is never created itself: create it, or correct the config.`,
    { code: 'ResourceNotFound', status: 404 },
  );
}

/** Where there is no policy there are no books; a resource group or subscription that is not there is a fault. */
function ofNoOwner(error: unknown): readonly JsonObject[] {
  const codes = ['ParentResourceNotFound', 'ResourceNotFound', 'NotFound'];
  if (error instanceof ArmError && error.status === 404 && codes.includes(error.code ?? '')) return [];
  throw error;
}

/** Names in Azure are compared without regard to case. */
export function sameName(raw: JsonObject, name: string): boolean {
  return textAt(raw, 'name')?.toLowerCase() === name.toLowerCase();
}

/** A list that may be left out; anything but objects in it is a fault. */
function objectsAt(subject: string, holder: JsonObject, field: string): readonly JsonObject[] {
  const list = holder[field] ?? [];
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw unreadable(subject, `Azure answered ${field} that is not a list of objects`);
}
