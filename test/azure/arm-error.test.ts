import { describe, expect, it } from 'vitest';
import { armErrorOf, asTargetError, operationErrorOf } from '../../src/azure/arm/arm-error.ts';

const SUBJECT = 'IP group acr-1 (resource group net)';
const refused = (status: number, code: string, message: string) =>
  armErrorOf(SUBJECT, { status, body: { error: { code, message } } });

describe('armErrorOf', () => {
  it.each([
    [429, 'RetryableErrorDueToAnotherOperation', 'busy', true],
    [429, 'TooManyRequests', 'throttled', true],
    [429, 'SubscriptionRequestsThrottled', 'throttled', true],
    [429, 'SomethingNew', 'throttled', true],
    [409, 'AnotherOperationInProgress', 'busy', true],
    [409, 'StorageAccountOperationInProgress', 'busy', true],
    [409, 'SomethingNew', 'invalid', false],
    [409, 'QuotaExceeded', 'quota', false],
    [403, 'SubscriptionQuotaExceeded', 'quota', false],
    [400, 'SecurityRuleCountLimitReached', 'quota', false],
    [429, 'QuotaExceeded', 'throttled', true],
    [409, 'InvalidResourceLocation', 'invalid', false],
    [409, 'ScopeLocked', 'locked', false],
    [400, 'IPGroupsIPAddressCountZero', 'invalid', false],
    [400, 'InvalidAddressPrefixFormat', 'invalid', false],
    [400, 'SomethingNew', 'invalid', false],
    [403, 'AuthorizationFailed', 'forbidden', false],
    [403, 'LinkedAuthorizationFailed', 'forbidden', false],
    [403, 'RequestDisallowedByPolicy', 'policy', false],
    [403, 'DenyAssignmentAuthorizationFailed', 'policy', false],
    [401, 'ExpiredAuthenticationToken', 'forbidden', false],
    [412, 'PreconditionFailed', 'conflict', false],
    [404, 'ParentResourceNotFound', 'invalid', false],
    [408, 'RequestTimeout', 'transient', true],
    [500, 'InternalServerError', 'transient', true],
    [503, 'SomethingNew', 'transient', true],
    [302, 'SomethingNew', 'unreadable', false],
  ])('takes %i %s for %s', (status, code, kind, mayPass) => {
    expect(refused(status, code, 'Words.')).toMatchObject({ kind, mayPass, code, status });
  });

  it.each([
    [409, 'Conflict', 'Firewall fw is in failed state (skipping update).'],
    [400, 'IpGroupsUpdateFailed', 'In failed state (skipping update)'],
    [409, 'ReferencedResourceNotProvisioned', 'Resource is in Failed state.'],
  ])('does not wait for what only a person repairs: %i %s %s', (status, code, message) => {
    expect(refused(status, code, message)).toMatchObject({ kind: 'failed-state', mayPass: false });
  });

  it.each([
    [409, 'Conflict', 'Another operation on this or dependent resource is in progress.'],
    [409, 'SomethingNew', 'The registry contoso has an update in progress.'],
  ])('waits for an operation that ends by itself: %i %s %s', (status, code, message) => {
    expect(refused(status, code, message)).toMatchObject({ kind: 'busy', mayPass: true });
  });

  it('waits where a conflict says nothing at all', () => {
    expect(armErrorOf(SUBJECT, { status: 409, body: undefined })).toMatchObject({ kind: 'busy', mayPass: true });
  });

  it.each([
    ['BadRequest', 'The requested feature IP rule exceeds allowed quota 100 for the SKU Premium.', 100],
    [
      'SecurityRuleAddressesOrPortsPerSecurityGroupLimitReached',
      'Network security group /s/n has 4094 DestinationAddressPrefixes. A security group cannot have more than 4000 DestinationAddressPrefixes as per the limit MaxSecurityRuleAddressesOrPortsPerSecurityGroup.',
      4_000,
    ],
    ['IPGroupsIPAddressCountExceeded', 'IpGroups can have at most 5,000 IP addresses, got 5001.', 5_000],
    ['SecurityRuleCountLimitReached', 'A security group cannot have more than 1000 security rules.', undefined],
    ['BadRequest', 'The requested feature Webhook exceeds allowed quota 500 for the SKU Premium.', undefined],
    ['BadRequest', 'The requested feature IP rule exceeds allowed quota 0 for the SKU Basic.', undefined],
  ])('reads of a limit of entries how high it is: %s %s', (code, message, limit) => {
    expect(refused(400, code, message)).toMatchObject({ kind: 'quota', mayPass: false, limit });
    expect(operationErrorOf(SUBJECT, { status: 'Failed', error: { code, message } })).toMatchObject({
      kind: 'quota',
      limit,
    });
  });

  it.each([
    [undefined, 0],
    ['12', 12_000],
    ['0', 0],
    ['soon', 0],
  ])('reads Retry-After %s', (retryAfter, ms) => {
    expect(armErrorOf(SUBJECT, { status: 429, body: undefined, retryAfter }).retryAfterMs).toBe(ms);
  });

  it.each([
    [
      'AuthorizationFailed',
      "The client 'a' with object id 'b' does not have authorization to perform action 'Microsoft.Network/ipGroups/write' over scope '/subscriptions/s/resourceGroups/net' or the scope is invalid.",
      'The identity lacks Microsoft.Network/ipGroups/write on /subscriptions/s/resourceGroups/net',
    ],
    [
      'LinkedAuthorizationFailed',
      "The client has permission to perform action 'Microsoft.Network/ipGroups/write' on scope '/g'; however, it does not have permission to perform action(s) 'Microsoft.Network/azureFirewalls/write' on the linked scope(s) '/fw' (respectively).",
      'The identity lacks Microsoft.Network/azureFirewalls/write on /fw',
    ],
    [
      'ScopeLocked',
      "The scope '/g' cannot perform write operation because following scope(s) are locked: '/subscriptions/s/providers/Microsoft.Authorization/locks/keep'. Please remove the lock and try again.",
      'A resource lock (keep) forbids',
    ],
    [
      'RequestDisallowedByPolicy',
      'Resource \'r\' was disallowed by policy. Policy identifiers: \'[{"policyAssignment":{"name":"No public IPs","id":"/x"}}]\'.',
      'An Azure Policy (No public IPs) forbids',
    ],
    [
      'DenyAssignmentAuthorizationFailed',
      "The client 'a' has permission to perform action 'x' on scope '/s'; however, the access is denied because of the deny assignment with name 'stack' and Id 'i' at scope '/s'.",
      'A deny assignment (stack) forbids',
    ],
    ['ResourceGroupNotFound', "Resource group 'net' could not be found.", 'What the config names does not exist'],
  ])('says what to do about %s', (code, message, advice) => {
    const { message: text } = refused(code.endsWith('NotFound') ? 404 : 403, code, message);
    expect(text).toContain(SUBJECT);
    expect(text).toContain(message.slice(0, 35));
    expect(text).toContain(advice);
  });

  it('makes do with an answer that is no ARM error at all, and keeps it short', () => {
    expect(armErrorOf(SUBJECT, { status: 502, body: undefined }).message).toContain(`${SUBJECT}: Azure answered 502.`);
    expect(armErrorOf(SUBJECT, { status: 400, body: { code: 'Bare', message: 'x' } }).code).toBe('Bare');
    expect(refused(400, 'Long', 'x'.repeat(5_000)).message.length).toBeLessThan(1_000);
  });
});

describe('operationErrorOf', () => {
  it.each([
    ['Failed', 'IpGroupsUpdateFailed', 'failed-state'],
    ['Failed', 'FirewallPolicyUpdateFailed', 'failed-state'],
    ['Failed', 'SomethingNew', 'failed-state'],
    ['Failed', 'RetryableErrorDueToAnotherOperation', 'superseded'],
    ['Failed', 'InvalidAddressPrefixFormat', 'invalid'],
    ['Failed', 'LinkedAuthorizationFailed', 'forbidden'],
    ['Canceled', 'CanceledAndSupersededDueToAnotherOperation', 'superseded'],
    ['Cancelled', 'SomethingNew', 'superseded'],
  ])('takes %s with %s for %s, never to be sent again', (status, code, kind) => {
    const error = operationErrorOf(SUBJECT, { status, error: { code, message: 'Words.' } });
    expect(error).toMatchObject({ kind, code, mayPass: false });
    expect(error.message).toContain('Words');
  });

  it('stands an operation that says nothing', () => {
    expect(operationErrorOf(SUBJECT, { status: 'Failed' }).kind).toBe('failed-state');
  });
});

describe('asTargetError', () => {
  it.each([
    ['CredentialUnavailableError', undefined, 'forbidden', 'managed identity'],
    ['AggregateAuthenticationError', undefined, 'forbidden', 'az login'],
    ['RestError', 'ECONNRESET', 'transient', 'ECONNRESET'],
    ['RestError', 'PARSE_ERROR', 'unreadable', 'Nothing was concluded'],
    ['RestError', undefined, 'unreadable', 'Nothing was concluded'],
    ['AbortError', undefined, 'transient', 'no answer in time'],
    ['TypeError', undefined, 'unreadable', 'Nothing was concluded'],
  ])('takes a thrown %s with code %s for %s', (name, code, kind, said) => {
    const thrown = Object.assign(new Error('words'), { name, ...(code === undefined ? {} : { code }) });
    const error = asTargetError(SUBJECT, thrown, true);
    expect(error).toMatchObject({ kind, cause: thrown, message: expect.stringContaining(said) });
  });

  it('passes on what is no word of Azure: before any answer there was none to read', () => {
    const thrown = new TypeError('IpGroups is not a constructor');
    expect(asTargetError(SUBJECT, thrown, false)).toBe(thrown);
  });

  it('takes what the client says of an answer as such, also where that answer was not kept', () => {
    const thrown = Object.assign(new Error('words'), { name: 'RestError', code: 'PARSE_ERROR' });
    expect(asTargetError(SUBJECT, thrown, false)).toMatchObject({ kind: 'unreadable', cause: thrown });
  });
});
