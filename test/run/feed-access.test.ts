import { expect, test } from 'vitest';
import { accessOf } from '../../src/feeds/access.ts';
import { type FeedConfig, feed } from '../../src/targets/feed.ts';

const long = (name: string) => `${name}, 16 characters or more`;
const env = { KEY: long('k'), HQ_OLD: long('old'), HQ_NEW: long('new'), DEPOT: long('d'), SHORT: 'fifteen letters' };
const config = feed.schema.parse({
  name: 'branches',
  keys: [{ $env: 'KEY' }],
  addresses: ['198.51.100.0/24', '203.0.113.0/24'],
  devices: {
    hq: { secrets: [{ $env: 'HQ_OLD' }, { $env: 'HQ_NEW' }] },
    depot: { secrets: [{ $env: 'DEPOT' }], addresses: ['203.0.113.0/24'] },
    lab: { secrets: [{ $env: 'MISSING' }] },
    shed: { secrets: [{ $env: 'SHORT' }] },
    barn: { secrets: [{ $env: 'SHORT' }, { $env: 'HQ_NEW' }] },
  },
}) as FeedConfig;
const inside = { forwardedFor: '198.51.100.7:51432' };
const depot = { forwardedFor: '203.0.113.7:51432' };
const outside = { forwardedFor: '192.0.2.7:51432' };
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const person = (may: boolean) => ({ signedIn: { name: 'on call', may } });

test.each([
  ['a device with its new secret', { ...inside, ...basic('hq', long('new')) }, { kind: 'client', client: 'hq' }],
  ['a device with its old secret', { ...inside, ...basic('hq', long('old')) }, { kind: 'client', client: 'hq' }],
  ['a device with the secret of another', { ...inside, ...basic('hq', long('d')) }, { kind: 'refused', device: 'hq' }],
  ['a device that nobody knows', { ...inside, ...basic('toString', long('new')) }, { kind: 'refused' }],
  ['a device without a secret', { ...inside, ...basic('hq', '') }, { kind: 'refused', device: 'hq' }],
  ['a device whose secret is missing here', { ...inside, ...basic('lab', 'x') }, { kind: 'broken' }],
  [
    'a device whose secret is too short',
    { ...inside, ...basic('shed', 'fifteen letters') },
    { kind: 'broken', text: expect.stringContaining('at least 16 characters in the environment setting SHORT') },
  ],
  ['a device with the long one of two', { ...inside, ...basic('barn', long('new')) }, { kind: 'client' }],
  ['a device with the short one of two', { ...inside, ...basic('barn', 'fifteen letters') }, { kind: 'broken' }],
  [
    'from an allowed address in its IPv6 form',
    { forwardedFor: '[::ffff:198.51.100.7]:51432', key: long('k') },
    { kind: 'client' },
  ],
  ['a device from another place than its own', { ...inside, ...basic('depot', long('d')) }, { kind: 'elsewhere' }],
  ['a device from its own place', { ...depot, ...basic('depot', long('d')) }, { kind: 'client', client: 'depot' }],
  ['a device from outside', { ...outside, ...basic('hq', long('new')) }, { kind: 'elsewhere', address: '192.0.2.7' }],
  ['a key from outside', { ...outside, key: long('k') }, { kind: 'elsewhere' }],
  ['a person from outside', { ...outside, ...person(true) }, { kind: 'elsewhere' }],
  ['nobody knows from where', { ...basic('hq', long('new')) }, { kind: 'elsewhere' }],
  [
    'a place that the sender wrote itself',
    { forwardedFor: '198.51.100.7, 192.0.2.7:51432', key: long('k') },
    { kind: 'elsewhere', address: '192.0.2.7' },
  ],
  ['a key', { ...inside, key: long('k') }, { kind: 'client', client: 'key' }],
  ['a wrong key', { ...inside, key: 'K' }, { kind: 'refused' }],
  ['a wrong key beside a sign-in', { ...inside, key: 'K', ...person(true) }, { kind: 'refused' }],
  [
    'a wrong secret beside a key',
    { ...inside, ...basic('hq', 'x'), key: long('k') },
    { kind: 'refused', device: 'hq' },
  ],
  ['a person with the role', { ...inside, ...person(true) }, { kind: 'client', client: 'signed-in:on call' }],
  ['a person without it', { ...inside, ...person(false) }, { kind: 'no-role' }],
  ['nobody', inside, { kind: 'asks' }],
  ['a scheme that is none of ours', { ...inside, authorization: 'Bearer x' }, { kind: 'refused' }],
])('%s', (_name, shown, access) => {
  expect(accessOf(config, shown, env)).toMatchObject(access);
});
