import type { ArmClient } from '../azure/arm/arm-client.ts';
import { ArmError } from '../azure/arm/arm-error.ts';
import { type JsonObject, objectAt, textAt } from '../core/json.ts';
import { quantity } from '../core/judge/arithmetic.ts';
import type { Problem } from '../core/plan/live.ts';

/** Settings that make the rules moot: nothing is written while one of them is so. */
export function mootSettings(subject: string, raw: JsonObject): Problem[] {
  const properties = objectAt(raw, 'properties');
  const sku = textAt(objectAt(raw, 'sku'), 'name') ?? 'unknown';
  const action = textAt(objectAt(properties, 'networkRuleSet'), 'defaultAction') ?? 'Allow';
  const access = textAt(properties, 'publicNetworkAccess') ?? 'Enabled';
  const moot = (code: string, why: string, next: string): Problem => ({
    code,
    text: `The IP rules of ${subject} have no effect: ${why}.`,
    next,
  });
  return [
    ...(sku === 'Premium'
      ? []
      : [
          moot(
            'no-effect-sku',
            `its SKU is ${sku}, and only Premium has them`,
            'Move it to Premium, or drop the target.',
          ),
        ]),
    ...(access === 'Enabled'
      ? []
      : [
          moot(
            'no-effect-access',
            `its public network access is ${access}`,
            'Set it to Enabled (selected networks), or drop the target: private endpoints need no rules.',
          ),
        ]),
    ...(action === 'Deny'
      ? []
      : [
          moot(
            'no-effect-default',
            `its default action is ${action}, so everybody is let in`,
            'Set defaultAction to Deny once the rules you need are there, or drop the target.',
          ),
        ]),
  ];
}

/**
 * The last API version with virtual network rules; those after it neither show them nor say what a write does to them. The
 * Azure CLI reads and writes them with it, too.
 * Sources: https://github.com/Azure/azure-rest-api-specs/pull/16481, https://github.com/Azure/azure-cli/pull/33685.
 */
const WITH_VIRTUAL_NETWORKS = '2021-08-01-preview';

/** Codes with which ARM refuses a version that it no longer serves, or does not serve in this cloud. */
const unserved: ReadonlySet<string | undefined> = new Set([
  'NoRegisteredProviderFound',
  'InvalidResourceType',
  'InvalidApiVersionParameter',
  'UnsupportedApiVersion',
]);

/**
 * Virtual network rules that a write of the rule set could drop, because the version it is written with does not know
 * them. None where that version shows them itself: they are written back then, like everything in the rule set.
 * @param registry as that version answers it.
 */
export async function virtualNetworkProblems(
  arm: ArmClient,
  { subject, id, raw }: { readonly subject: string; readonly id: string; readonly raw: JsonObject },
  signal: AbortSignal,
): Promise<Problem[]> {
  if ('virtualNetworkRules' in ruleSetOf(raw)) return [];
  let rules: unknown;
  try {
    rules = ruleSetOf(await arm.read(subject, signal, id, WITH_VIRTUAL_NETWORKS)).virtualNetworkRules ?? [];
  } catch (error) {
    if (!(error instanceof ArmError) || !unserved.has(error.code)) throw error;
    return [
      {
        code: 'virtual-networks-unknown',
        text: `Whether the ${subject} has virtual network rules is not known: Azure does not serve API version ${WITH_VIRTUAL_NETWORKS} here, the last one that shows them, and a write could drop them.`,
        next: 'If it has none, set "virtualNetworkRules": "none" on this target.',
      },
    ];
  }
  if (Array.isArray(rules) && rules.length === 0) return [];
  const subnets = Array.isArray(rules) ? rules.map(subnetOf) : ['in a form that is not known'];
  return [
    {
      code: 'virtual-network-rules',
      text: `The ${subject} has ${quantity(subnets.length, 'virtual network rule')} (${subnets.slice(0, 5).join(', ')}${subnets.length > 5 ? `, and ${subnets.length - 5} more` : ''}), which a write of its IP rules could drop: the API version that it is written with does not know them.`,
      next: 'Give these subnets a private endpoint and take their rules out (`az acr network-rule remove --name REGISTRY --subnet SUBNET`), or drop the target; the next run goes on by itself.',
    },
  ];
}

/** Azure answers the newer name; the specification has the older one. */
function subnetOf(rule: unknown): string {
  return textAt(rule, 'virtualNetworkSubnetResourceId') ?? textAt(rule, 'id') ?? 'a subnet without an id';
}

function ruleSetOf(raw: JsonObject): JsonObject {
  return objectAt(objectAt(raw, 'properties'), 'networkRuleSet');
}
