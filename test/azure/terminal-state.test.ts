import { expect, test } from 'vitest';
import { requireSucceeded, requireTerminalState, stateOf } from '../../src/azure/unit-state.ts';

const subject = 'IP group hub-1';
const resource = (provisioningState?: string) => ({ id: 'x', properties: { provisioningState } });

/** Every state that Network and Container Registry have, and one that nobody knows yet. */
test.each([
  ['Succeeded', undefined, undefined],
  ['Failed', undefined, 'failed-state'],
  ['Canceled', undefined, 'failed-state'],
  ['Updating', 'busy', 'failed-state'],
  ['Creating', 'busy', 'failed-state'],
  ['Deleting', 'busy', 'failed-state'],
  ['SomethingNew', 'busy', 'failed-state'],
])('%s: before a write %s, after one %s', (state, before, after) => {
  const said = (check: typeof requireTerminalState) => {
    try {
      check(subject, resource(state));
      return undefined;
    } catch (error) {
      const { kind, message } = error as Error & { kind: string };
      expect(message).toContain(`${subject}: `);
      expect(message).toContain(`in state ${state}`);
      return kind;
    }
  };
  expect(said(requireTerminalState)).toBe(before);
  expect(said(requireSucceeded)).toBe(after);
});

test('a resource without a state is unreadable, never taken for one that is well', () => {
  for (const check of [requireTerminalState, requireSucceeded, stateOf]) {
    expect(() => check(subject, resource())).toThrow(expect.objectContaining({ kind: 'unreadable' }));
    expect(() => check(subject, { id: 'x' })).toThrow();
  }
});
