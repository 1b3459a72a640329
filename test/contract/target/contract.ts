import { describeAdapter } from './adapter.ts';
import type { ArmFixture, TargetFixture } from './fixture.ts';
import { describeService } from './service.ts';

/** The whole contract of a kind of target: by itself against Azure, if it lives there, and under the service. */
export function describeContract(name: string, fixture: TargetFixture | ArmFixture): void {
  if ('surroundings' in fixture) describeAdapter(name, fixture);
  describeService(name, fixture);
}
