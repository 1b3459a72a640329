import { partsOfId } from '../azure/arm/resource-id.ts';
import { actionOnNamed } from '../azure/arm-actions.ts';
import { messageOf } from '../core/errors.ts';
import { quantity } from '../core/judge/arithmetic.ts';
import { layersText } from '../messages/registry.ts';
import { TargetError } from '../ports/target.ts';
import type { RunContext } from '../run/context.ts';
import { type Grant, grantsOf, rolesOf } from '../run/rights.ts';
import { bad, type Check, good, note } from './check.ts';

/** Reads a resource or a list of them by its id, under the identity of this name. Throws TargetError. */
export type ReadArm = (
  path: string,
  identity: string,
  signal: AbortSignal,
) => Promise<Readonly<Record<string, unknown>>>;

/** What to do about a Resource Manager that does not respond. */
export const unanswered = 'make Azure Resource Manager reachable from here: DNS, proxy, firewall';

/** Whether the identity has the rights that the targets declare, at every scope of the config. */
export async function checkRights(context: RunContext, readArm: ReadArm, signal: AbortSignal): Promise<Check[]> {
  const definitions = [...context.targets.values()].map(({ definition }) => definition);
  const grants = grantsOf(context.loaded.config, definitions);
  if (grants.length === 0) return [good('rights', 'nothing in this config needs a right in Azure Resource Manager')];
  const roles = rolesOf(definitions);
  const scopes = Map.groupBy(grants, (grant) => `${scopeOf(grant)} ${grant.identity}`);
  return Promise.all(
    [...scopes.values()].map(async (all): Promise<Check> => {
      const [first] = all as [Grant];
      const scope = scopeOf(first);
      const needed = [...new Set(all.flatMap(({ role }) => roles[role] ?? []))];
      const of = first.identity === 'app' ? 'rights' : `rights of ${first.identity}`;
      try {
        const path = `${scope}/providers/Microsoft.Authorization/permissions`;
        const granted = permissionsIn(await readArm(path, first.identity, signal));
        const missing = needed.filter((action) => !granted.some((one) => allows(one, action)));
        if (missing.length === 0) return good(of, `all ${needed.length} actions are granted at ${scope}`);
        return bad(
          of,
          `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing at ${scope}`,
          'assign the roles of infra/roles.json there (`npm run role -- --config <file>`, then `azd provision`); it takes effect within minutes. docs/targets.md says why each is needed',
        );
      } catch (error) {
        if (signal.aborted) return bad(of, `cannot be looked up at ${scope}: no answer in time`, unanswered);
        const text = `cannot be looked up at ${scope}: ${messageOf(error)}`;
        if (error instanceof TargetError && error.kind === 'forbidden') return note(of, text);
        // Also an identity whose setting is missing: the other checks must still be reported.
        return bad(of, text, 'fix the cause that the message names');
      }
    }),
  );
}

/**
 * Rights at what a resource names that is written whole: the subnet and addresses of a firewall, IP groups of other rules.
 * It may lie in groups where no role of this service is assigned. Notes: Microsoft documents that an update of a firewall
 * takes these rights, and not whether it does where the update leaves them as they are.
 */
export async function checkNamed(context: RunContext, readArm: ReadArm, signal: AbortSignal): Promise<Check[]> {
  const { config } = context.loaded;
  const definitions = [...context.targets.values()].map(({ definition }) => definition);
  const roles = rolesOf(definitions);
  const grants = grantsOf(config, definitions);
  const checks = [...context.targets.values()].map(async ({ id, definition }): Promise<Check[]> => {
    const target = config.targets[id];
    if (!target || target.mode === 'report-only') return [];
    const { identity = 'app', settings } = target;
    // What a role has at its own scope, checkRights() has asked.
    const isCovered = (named: string) =>
      grants.some(
        (one) =>
          one.identity === identity &&
          roles[one.role]?.includes(actionAt(named)) &&
          named.toLowerCase().startsWith(`${scopeOf(one)}/`.toLowerCase()),
      );
    const of = `target ${id}`;
    const found: Check[] = [];
    for (const whole of definition.writtenWhole?.(settings) ?? []) {
      try {
        const elsewhere = namedIn(await readArm(whole, identity, signal)).filter((named) => !isCovered(named));
        for (const named of elsewhere) {
          const action = actionAt(named);
          const path = `${named}/providers/Microsoft.Authorization/permissions`;
          const granted = permissionsIn(await readArm(path, identity, signal));
          if (granted.some((one) => allows(one, action))) continue;
          const name = partsOfId(whole).names.at(-1);
          found.push(
            note(
              of,
              `${action} is missing at ${named}, which ${name} names`,
              `have it granted there if a write of ${name} fails with LinkedAuthorizationFailed: docs/deployment.md, rights elsewhere`,
            ),
          );
        }
      } catch (error) {
        if (signal.aborted) return [bad(of, 'what it names cannot be looked up: no answer in time', unanswered)];
        // Of what is absent or may not be read, the check of the target tells, which reads it too.
        if (!(error instanceof TargetError)) throw error;
        found.push(note(of, `what ${partsOfId(whole).names.at(-1)} names cannot be looked up: ${messageOf(error)}`));
      }
    }
    return found;
  });
  return (await Promise.all(checks)).flat();
}

/** The action that an update of what names this resource may need at it. */
function actionAt(named: string): string {
  return actionOnNamed.get(partsOfId(named).type.toLowerCase()) ?? '';
}

/** ARM ids in a resource at which an update of it may need an action, each once. */
function namedIn(resource: unknown): string[] {
  const found = new Map<string, string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      if (!/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\//i.test(value)) return;
      if (actionOnNamed.has(partsOfId(value).type.toLowerCase())) found.set(value.toLowerCase(), value);
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) visit(inner);
    }
  };
  visit(resource);
  return [...found.values()];
}

interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
}

function scopeOf({ subscriptionId, resourceGroup }: Grant): string {
  const subscription = `/subscriptions/${subscriptionId}`;
  return resourceGroup === undefined ? subscription : `${subscription}/resourceGroups/${resourceGroup}`;
}

function permissionsIn({ value }: Readonly<Record<string, unknown>>): Permission[] {
  if (!Array.isArray(value)) throw new TargetError('unreadable', 'Azure answered permissions without a list of them');
  const texts = (list: unknown) =>
    Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
  return value.map(({ actions, notActions }) => ({ actions: texts(actions), notActions: texts(notActions) }));
}

/** Actions are compared without regard to case; `*` stands for any text. */
function allows({ actions, notActions }: Permission, action: string): boolean {
  const matches = (pattern: string) =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i').test(action);
  return actions.some(matches) && !notActions.some(matches);
}

/** Whether every registry that lists follow can be read, one line each. Targets of a list are not written before that. */
export async function checkRegistries(context: RunContext, signal: AbortSignal): Promise<Check[]> {
  return Promise.all(
    Object.entries(context.loaded.config.registries).map(async ([name, { resourceId }]): Promise<Check> => {
      const of = `registry ${name}`;
      if (resourceId === undefined) return good(of, 'entered by hand in the config, so nothing is read');
      try {
        const { regions, dataEndpoints } = await context.readRegistry(resourceId, signal);
        const layers = layersText(dataEndpoints, context.loaded.config.cloud);
        return good(of, `readable, in ${quantity(regions.length, 'region')}; ${layers}`);
      } catch (error) {
        if (signal.aborted) return bad(of, 'cannot be read: no answer in time', unanswered);
        return bad(of, `cannot be read: ${messageOf(error)}`, nextOf(error, name, resourceId));
      }
    }),
  );
}

function nextOf(error: unknown, name: string, resourceId: string): string {
  if (!(error instanceof TargetError)) return 'fix the cause that the message names';
  if (error.status === 404) return `check registries.${name}.resourceId: nothing is at ${resourceId}`;
  if (error.kind !== 'forbidden') return 'the message says what to do';
  // Azure answers 403 to an identity without the right; without a sign-in there is no answer, or 401.
  if (error.status === 403) {
    const replicas = 'Microsoft.ContainerRegistry/registries/replications/read';
    return `have Microsoft.ContainerRegistry/registries/read and ${replicas} granted at ${resourceId}`;
  }
  return 'sign in with `az login`, or give the app a managed identity';
}
