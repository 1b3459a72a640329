import { describe } from 'vitest';
import { classicIpGroupFixture, ruledIpGroupFixture } from '../contract/kinds/ip-group.ts';
import { testBroken } from '../contract/target/adapter/heals.ts';
import { useAdapter } from '../contract/target/adapter/under-test.ts';
import { describeLife } from '../contract/target/life.ts';
import { describeService } from '../contract/target/service.ts';

describeService('ip-group, named by a rule of a policy', ruledIpGroupFixture);
describeLife('ip-group, named by a rule of a classic firewall', classicIpGroupFixture);

for (const fixture of [ruledIpGroupFixture, classicIpGroupFixture]) {
  describe(`ip-group, named by a rule in ${Object.keys(fixture.surroundings).at(-1)?.split('/').at(-2)}`, () => {
    testBroken(useAdapter(fixture), fixture);
  });
}
