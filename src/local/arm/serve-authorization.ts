import type { Answer } from './answer.ts';
import { keyOf } from './arm-path.ts';
import type { Call } from './call.ts';
import type { ArmState } from './state.ts';

const path = /^(\/.+)\/providers\/Microsoft\.Authorization\/(locks|denyAssignments)$/i;

/** Locks and deny assignments that hold at a scope, those of the scopes above included. Undefined for other paths. */
export function serveAuthorization(state: ArmState, call: Call): Answer | undefined {
  const [, scope = '', what = ''] = path.exec(call.path) ?? [];
  if (scope === '' || call.method !== 'GET') return undefined;
  const holds = (one: { readonly scope: string }) => `${keyOf(scope)}/`.startsWith(`${keyOf(one.scope)}/`);
  if (what.toLowerCase() === 'locks') {
    const value = state.locks.filter(holds).map(({ scope: at, level }, index) => ({
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
