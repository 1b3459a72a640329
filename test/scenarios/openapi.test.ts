import { beforeAll, expect, test } from 'vitest';
import { config, names, never, openHub, start } from '../support/hub.ts';
import { absentDescriptions, MicrosoftOpenApi } from '../support/microsoft-openapi.ts';

const hub = openHub();
const title = absentDescriptions === undefined ? '' : ` [not run: ${absentDescriptions}]`;
let openApi: MicrosoftOpenApi;

beforeAll(async () => {
  if (absentDescriptions === undefined) openApi = await MicrosoftOpenApi.open();
});

/** A whole life of every kind: created, grown, shrunk until a group is deleted. */
test.skipIf(absentDescriptions !== undefined)(`all that is sent agrees with Microsoft's OpenAPI${title}`, async () => {
  await hub.world.run();
  hub.publish(201, 17);
  await hub.world.run();
  await hub.world.configure(config(names, { list: { never: start.slice(0, 2).map(never) } }));
  await hub.world.run();
  const sent = (await hub.requests()).filter(({ path, write }) => write && path.includes('/Microsoft.Network/'));
  const kinds = new Set(sent.map(({ method, path }) => `${method} ${path.split('/').at(-2)}`));
  expect([...kinds].sort()).toEqual([
    'DELETE ipGroups',
    'PUT azureFirewalls',
    'PUT ipGroups',
    'PUT ruleCollectionGroups',
    'PUT securityRules',
  ]);
  for (const { method, path, body } of sent) {
    expect(await openApi.faultsOf({ method, path, body }), `${method} ${path} ${JSON.stringify(body)}`).toEqual([]);
  }
});
