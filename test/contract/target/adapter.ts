import { describe } from 'vitest';
import { testChanges } from './adapter/changes.ts';
import { testHeals } from './adapter/heals.ts';
import { testMarks } from './adapter/marks.ts';
import { testRefusals } from './adapter/refusals.ts';
import { testStates } from './adapter/states.ts';
import { useAdapter } from './adapter/under-test.ts';
import type { ArmFixture } from './fixture.ts';

/** What every target in Azure promises its callers, over real HTTP. */
export function describeAdapter(name: string, fixture: ArmFixture): void {
  describe(name, () => {
    const on = useAdapter(fixture);
    testChanges(on, fixture);
    testRefusals(on, fixture);
    testStates(on, fixture);
    testHeals(on, fixture);
    // A shared list is there before us, and has no room for a mark.
    if (!fixture.definition.shared) testMarks(on, fixture);
  });
}
