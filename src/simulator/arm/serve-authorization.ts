import type { Answer } from './answer.ts';
import { keyOf } from './arm-path.ts';
import type { Call } from './call.ts';
import type { ArmState } from './state.ts';

const path = /^(\/.+)\/providers\/Microsoft\.Authorization\/(locks|denyAssignments|permissions)$/i;

/**
 * Permissions, locks and deny assignments that hold at a scope, those of the scopes above included; of a resource group also
 * the locks of what is in it, as ARM lists them. Undefined for other paths.
 */
export function serveAuthorization(state: ArmState, call: Call): Answer | undefined {
  const [, scope = '', what = ''] = path.exec(call.path) ?? [];
  if (scope === '' || call.method !== 'GET') return undefined;
  const holds = (one: { readonly scope: string }) => `${keyOf(scope)}/`.startsWith(`${keyOf(one.scope)}/`);
  if (what.toLowerCase() === 'permissions') {
    const own = state.permissions.filter(holds).map(({ actions }) => ({ actions, notActions: [] }));
    // Nobody said anything of rights: whoever asks may do everything.
    return {
      status: 200,
      body: { value: state.permissions.length === 0 ? [{ actions: ['*'], notActions: [] }] : own },
    };
  }
  if (what.toLowerCase() === 'locks') {
    const below = (one: { readonly scope: string }) => `${keyOf(one.scope)}/`.startsWith(`${keyOf(scope)}/`);
    const value = state.locks
      .filter((lock) => holds(lock) || below(lock))
      .map(({ scope: at, level }, index) => ({
        id: `${at}/providers/Microsoft.Authorization/locks/lock${index + 1}`,
        type: 'Microsoft.Authorization/locks',
        name: `lock${index + 1}`,
        properties: { level },
      }));
    return { status: 200, body: { value } };
  }
  const value = state.denyAssignments.filter(holds).map(({ scope: at, properties }, index) => ({
    id: `${at}/providers/Microsoft.Authorization/denyAssignments/deny${index + 1}`,
    type: 'Microsoft.Authorization/denyAssignments',
    name: `deny${index + 1}`,
    properties: { scope: at, ...properties },
  }));
  return { status: 200, body: { value } };
}
