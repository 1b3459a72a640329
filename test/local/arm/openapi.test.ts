import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ArmClient, network, type Reply, startArm } from './arm-client.ts';

/**
 * Holds the simulated traffic against Microsoft's OpenAPI. The validator (npm `oav` 4, 65 MB) is not among our
 * dependencies: install it anywhere and name that folder in OAV; the descriptions lie beside the project or in ARM_SPECS.
 */
const specs = resolve(process.env.ARM_SPECS ?? '../shared/specs', 'specification');
const oav = process.env.OAV;
const missing = [
  ...(oav === undefined ? ['npm oav 4 (name its folder in OAV)'] : []),
  ...(existsSync(specs) ? [] : [`Microsoft's descriptions (expected at ${specs}, or name their folder in ARM_SPECS)`]),
];

interface Verdict {
  readonly isSuccessful?: boolean;
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly jsonPathsInPayload: string[];
  }[];
  readonly runtimeException?: unknown;
}
interface Validator {
  initialize(): Promise<void>;
  validateLiveRequestResponse(
    pair: object,
  ): Promise<{ requestValidationResult: Verdict; responseValidationResult: Verdict }>;
}

let validator: Validator;
let arm: ArmClient;

beforeAll(async () => {
  if (missing.length > 0) return;
  const load = createRequire(resolve(oav ?? '', 'index.js'));
  const { LiveValidator } = load('oav') as { LiveValidator: new (options: object) => Validator };
  validator = new LiveValidator({
    directory: specs,
    git: { shouldClone: false },
    swaggerPathsPattern: ['**/stable/2026-01-01/*.json'],
    excludedSwaggerPathsPattern: ['**/examples/**', '**/network.json'],
    loadValidatorInInitialize: true,
    isArmCall: true,
  });
  await validator.initialize();
  arm = await startArm({ pageSize: 1 });
}, 30_000);
afterAll(async () => arm?.close());

const rule = {
  properties: {
    protocol: 'Tcp',
    direction: 'Outbound',
    access: 'Allow',
    priority: 200,
    description: 'one',
    sourceAddressPrefix: '*',
    sourcePortRange: '*',
    destinationAddressPrefixes: ['10.0.0.0/8'],
    destinationPortRange: '443',
  },
};

const collection = {
  properties: {
    priority: 200,
    ruleCollections: [
      {
        ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
        name: 'allow',
        priority: 100,
        action: { type: 'Allow' },
        rules: [
          {
            ruleType: 'NetworkRule',
            name: 'acr',
            ipProtocols: ['TCP'],
            sourceAddresses: ['10.0.0.0/8'],
            destinationIpGroups: [`${network}/ipGroups/g1`],
            destinationPorts: ['443'],
          },
        ],
      },
    ],
  },
};

/** Bodies of PUT by path below the provider. */
const resources: readonly (readonly [string, object])[] = [
  ['ipGroups/g1', { location: 'westus', tags: { a: 'b' }, properties: { ipAddresses: ['10.0.0.0/24', '10.0.1.1'] } }],
  ['ipGroups/g2', { location: 'westus', properties: { ipAddresses: ['10.0.0.0/24'] } }],
  ['networkSecurityGroups/n1', { location: 'westus', properties: { securityRules: [{ name: 'r0', ...rule }] } }],
  ['networkSecurityGroups/n1/securityRules/r0', rule],
  ['firewallPolicies/p1', { location: 'westus', properties: { sku: { tier: 'Standard' }, threatIntelMode: 'Alert' } }],
  ['firewallPolicies/p1/ruleCollectionGroups/rcg1', collection],
  [
    'azureFirewalls/fw1',
    { location: 'westus', properties: { firewallPolicy: { id: `${network}/firewallPolicies/p1` } } },
  ],
];

const title = missing.length === 0 ? '' : ` [not run: wanting ${missing.join(' and ')}]`;

test.skipIf(missing.length > 0)(`the traffic agrees with Microsoft's OpenAPI${title}`, async () => {
  const collections = new Set(resources.map(([path]) => path.replace(/\/[^/]+$/, '')));
  for (const [path, body] of resources) {
    await agrees('PUT', path, body);
    await agrees('GET', path);
    arm.passMs(1000);
    await agrees('GET', path);
    await agrees('PUT', path, body);
    arm.passMs(1000);
  }
  for (const path of collections) await agrees('GET', path);
  await agrees('PATCH', 'ipGroups/g1', { tags: { c: 'd' } });
  for (const [path] of resources.toReversed()) {
    await agrees('DELETE', path);
    arm.passMs(1000);
    await agrees('DELETE', path);
  }
});

async function agrees(method: string, path: string, body?: object): Promise<void> {
  const url = `${network}/${path}`;
  const reply = await arm.call(method, url, body);
  expect(reply.status, `${method} ${path} ${reply.text}`).toBeLessThan(300);
  // Azure answers so to an unchanged rule collection group; the descriptions do not know it.
  if (reply.text === 'null') return;
  const { requestValidationResult, responseValidationResult } = await validator.validateLiveRequestResponse({
    liveRequest: {
      method,
      url: `https://management.azure.com${url}?api-version=2026-01-01`,
      headers: { 'content-type': 'application/json' },
      query: { 'api-version': '2026-01-01' },
      body,
    },
    liveResponse: {
      statusCode: String(reply.status),
      headers: headersOf(reply),
      body: reply.text === '' ? undefined : reply.body,
    },
  });
  for (const verdict of [requestValidationResult, responseValidationResult]) {
    const problems = verdict.errors.map(
      ({ code, message, jsonPathsInPayload: at }) => `${code} ${message} at ${at.join()}`,
    );
    expect([...problems, verdict.runtimeException], `${method} ${path}`).toEqual([undefined]);
    expect(verdict.isSuccessful, `${method} ${path}`).toBe(true);
  }
}

function headersOf({ headers }: Reply): Record<string, string> {
  return Object.fromEntries(headers);
}
