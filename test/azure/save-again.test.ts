import { expect, it } from 'vitest';
import { saveAgain } from '../../src/azure/unit-state.ts';

const network = '/subscriptions/s/resourceGroups/net/providers/Microsoft.Network';
const where = '--resource-group net --subscription s';

it.each([
  ['ipGroups/acr-1', `az network ip-group update --name acr-1 ${where}`],
  ['azureFirewalls/hub', `az network firewall update --name hub ${where}`],
  ['firewallPolicies/hub', `az network firewall policy update --name hub ${where}`],
  [
    'firewallPolicies/hub/ruleCollectionGroups/apps',
    `az network firewall policy rule-collection-group update --policy-name hub --name apps ${where}`,
  ],
  ['networkSecurityGroups/n', `az network nsg update --name n ${where}`],
  ['networkSecurityGroups/n/securityRules/r', `az network nsg rule update --nsg-name n --name r ${where}`],
])('saves %s again', (rest, command) => {
  expect(saveAgain(`${network}/${rest}`)).toBe(command);
  expect(saveAgain(`${network}/${rest}`.toLowerCase())).toBe(command);
});

it('quotes what a shell would read as its own', () => {
  expect(saveAgain('/subscriptions/s/resourceGroups/net(1)/providers/Microsoft.Network/ipGroups/a')).toBe(
    "az network ip-group update --name a --resource-group 'net(1)' --subscription s",
  );
});

it('names anything else by its id', () => {
  const id = `${network}/virtualHubs/h`;
  expect(saveAgain(id)).toBe(`az resource update --ids '${id}'`);
});
