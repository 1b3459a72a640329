import { messageOf } from '../../core/errors.ts';
import { objectAt, textAt } from '../../core/json.ts';
import type { TargetErrorKind } from '../../core/reason.ts';
import { TargetError } from '../../ports/target.ts';
import { entryLimitIn, isQuota } from './quota.ts';

/** A TargetError that knows whether trying again can help, and when. */
export class ArmError extends TargetError {
  override name = 'ArmError';
  /** True while the same request may well succeed later. */
  readonly mayPass: boolean;
  /** Milliseconds the server asked us to wait; 0 if it named none. */
  readonly retryAfterMs: number;
  /** True if a long-running operation came to this end: what it did is done, and there is nothing to wait for. */
  readonly operationEnded: boolean;

  constructor(
    kind: TargetErrorKind,
    message: string,
    details: {
      code?: string;
      status?: number;
      limit?: number;
      cause?: unknown;
      mayPass?: boolean;
      retryAfterMs?: number;
      operationEnded?: boolean;
    } = {},
  ) {
    super(kind, message, details);
    this.mayPass = details.mayPass ?? false;
    this.retryAfterMs = details.retryAfterMs ?? 0;
    this.operationEnded = details.operationEnded ?? false;
  }

  /** The same error once no time is left to try again. */
  givenUp(tries: number, waitedMs: number, wantedMs: number): ArmError {
    const message = `${this.message} Tried ${tries} times over ${seconds(waitedMs)}; the next try would have to wait ${seconds(wantedMs)}, longer than the time left. The next run tries again.`;
    return new ArmError(this.kind, message, {
      ...(this.code === undefined ? {} : { code: this.code }),
      ...(this.status === undefined ? {} : { status: this.status }),
      cause: this,
    });
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

/** What ARM's error codes mean, whatever status they come with. Source: Azure documentation and reported incidents. */
const kindByCode: Readonly<Record<string, TargetErrorKind>> = {
  anotheroperationinprogress: 'busy',
  retryableerrorduetoanotheroperation: 'busy',
  referencedresourcenotprovisioned: 'busy',
  canceledandsupersededduetoanotheroperation: 'superseded',
  toomanyrequests: 'throttled',
  subscriptionrequeststhrottled: 'throttled',
  internalservererror: 'transient',
  serviceunavailable: 'transient',
  gatewaytimeout: 'transient',
  ipgroupsupdatefailed: 'failed-state',
  firewallpolicyupdatefailed: 'failed-state',
  authorizationfailed: 'forbidden',
  linkedauthorizationfailed: 'forbidden',
  scopelocked: 'locked',
  requestdisallowedbypolicy: 'policy',
  denyassignmentauthorizationfailed: 'policy',
  preconditionfailed: 'conflict',
  ipgroupsipaddresscountzero: 'invalid',
  invalidaddressprefixformat: 'invalid',
  securityruleinvalidaddressprefix: 'invalid',
  resourcecannotcontainaddressprefixesfromdifferentaddressfamilies: 'invalid',
};

const passing: readonly TargetErrorKind[] = ['busy', 'throttled', 'transient'];

/** An answer of ARM that is not a success. */
interface RefusedAnswer {
  readonly status: number;
  /** Parsed JSON, or undefined if it was none. */
  readonly body: unknown;
  /** Raw `Retry-After` header. */
  readonly retryAfter?: string | undefined;
}

/** What a refused request means. `subject` names the resource for people, such as `IP group acr-1 (resource group net)`. */
export function armErrorOf(subject: string, answer: RefusedAnswer): ArmError {
  const { code, message } = errorIn(answer.body);
  const known = code === undefined ? undefined : kindByCode[code.toLowerCase()];
  const kind = sayFailed(message) ? 'failed-state' : (known ?? kindByStatus(answer.status, code, message));
  const text = `${subject}: Azure answered ${answer.status}${code === undefined ? '' : ` ${code}`}${message === undefined ? '' : `: "${message}"`}.`;
  return new ArmError(kind, `${text} ${adviceFor(kind, code, message ?? '')}`, {
    status: answer.status,
    ...(code === undefined ? {} : { code }),
    ...limitOf(kind, message),
    mayPass: passing.includes(kind),
    retryAfterMs: retryAfterMs(answer.retryAfter),
  });
}

/** Of a resource or firewall behind it; waiting would not help. IP groups say "In failed state (skipping update)". */
function sayFailed(message: string | undefined): boolean {
  return message !== undefined && /\bin failed state\b/i.test(message);
}

/**
 * What it means that a long-running operation ended Failed or Canceled. Never worth the same request again: part of it
 * may have happened, so the caller must read first.
 */
export function operationErrorOf(subject: string, body: unknown): ArmError {
  const status = textAt(body, 'status') ?? 'Failed';
  const { code, message } = errorIn(body);
  const known = code === undefined ? undefined : kindByCode[code.toLowerCase()];
  const cancelled = status.toLowerCase().startsWith('cancel');
  const otherwise = cancelled ? 'superseded' : isQuota(code, message) ? 'quota' : 'failed-state';
  const kind = known === 'busy' ? 'superseded' : (known ?? otherwise);
  const text = `${subject}: Azure accepted the write, then its operation ended ${status}${code === undefined ? '' : ` with ${code}`}${message === undefined ? '' : `: "${message}"`}.`;
  const told = leavesFailed.includes(kind) ? '' : ` ${adviceFor(kind, code, message ?? '')}`;
  const again = leavesFailed.includes(kind) || kind === 'superseded' ? ` ${writtenAgain}` : '';
  return new ArmError(kind, `${text}${told}${again}`, {
    ...(code === undefined ? {} : { code }),
    ...limitOf(kind, message),
    operationEnded: true,
  });
}

function limitOf(kind: TargetErrorKind, message: string | undefined): { readonly limit?: number } {
  const limit = kind === 'quota' ? entryLimitIn(message) : undefined;
  return limit === undefined ? {} : { limit };
}

/** Kinds of a failed operation after which the same write may be right the next time. */
const leavesFailed: readonly TargetErrorKind[] = ['failed-state', 'transient', 'throttled'];

/** What becomes of a resource that an operation left in state Failed. */
export const writtenAgain =
  'If this left it in state Failed, the next run writes it again, provided that the firewalls and policies behind it are in state Succeeded: look into its activity log if that fails as well.';

/**
 * What anything else that was thrown on the way to ARM means. TargetErrors stay as they are.
 * @param answered whether an answer arrived before it was thrown.
 */
export function asTargetError(subject: string, thrown: unknown, answered: boolean): unknown {
  if (thrown instanceof TargetError) return thrown;
  const name = thrown instanceof Error ? thrown.name : '';
  const text = messageOf(thrown);
  const code = textAt(thrown, 'code');
  const named = code === undefined ? {} : { code };
  if (/Credential|Authentication/.test(name)) {
    const advice =
      'Give the app a managed identity (or, on a desk, sign in with `az login`), and if it has several name the one to use.';
    return new ArmError('forbidden', `${subject}: no token for Azure: ${brief(text)}. ${advice}`, { cause: thrown });
  }
  if (name === 'AbortError') {
    const message = `${subject}: Azure gave no answer in time. ${adviceFor('transient', undefined, '')}`;
    return new ArmError('transient', message, { mayPass: true, cause: thrown });
  }
  // The HTTP client always gives a broken connection a code; the SDK's own complaints about a body have none.
  if (name === 'RestError' && code !== undefined && code !== 'PARSE_ERROR') {
    const message = `${subject}: the connection to Azure broke (${code}): ${brief(text)}. ${adviceFor('transient', code, '')}`;
    return new ArmError('transient', message, { ...named, mayPass: true, cause: thrown });
  }
  // Where Azure has answered, the SDK's parser may throw anything; where it has not, no answer made no sense.
  return answered || name === 'RestError' ? unreadable(subject, brief(text), thrown) : thrown;
}

/** An answer that makes no sense. Never taken for an empty list. */
export function unreadable(subject: string, what: string, cause?: unknown): ArmError {
  return new ArmError('unreadable', `${subject}: ${what}. ${adviceFor('unreadable', undefined, '')}`, { cause });
}

/** ARM wraps errors in `error`; some resource providers do not. */
function errorIn(body: unknown): { code?: string; message?: string } {
  const inner = objectAt(body, 'error');
  const code = textAt(inner, 'code') ?? textAt(body, 'code');
  const message = textAt(inner, 'message') ?? textAt(body, 'message');
  return { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message: brief(message) }) };
}

function brief(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > 600 ? `${line.slice(0, 600)} ...` : line;
}

function kindByStatus(status: number, code: string | undefined, message: string | undefined): TargetErrorKind {
  if (status >= 500 || status === 408) return 'transient';
  if (status !== 429 && isQuota(code, message)) return 'quota';
  if (status === 401 || status === 403) return 'forbidden';
  // Not every conflict passes: an InvalidResourceLocation stays one, and so does whatever does not speak of an operation.
  if (status === 409) return isBusy(code, message) ? 'busy' : 'invalid';
  if (status === 412) return 'conflict';
  if (status === 429) return 'throttled';
  return status >= 400 ? 'invalid' : 'unreadable';
}

/** Whether a conflict is with an operation that ends by itself; one that says nothing may well be. */
function isBusy(code: string | undefined, message = ''): boolean {
  if (code === undefined) return true;
  return (
    /InProgress$|AnotherOperation/i.test(code) ||
    /\b(another|operation|update)\b.*\bin progress\b|another operation/i.test(message)
  );
}

/** ARM gives seconds; a date would need a clock and is not known to be sent. */
function retryAfterMs(header: string | undefined): number {
  return header !== undefined && /^\d+$/.test(header.trim()) ? Number(header) * 1000 : 0;
}

function adviceFor(kind: TargetErrorKind, code: string | undefined, message: string): string {
  switch (kind) {
    case 'forbidden':
      return forbiddenAdvice(message);
    case 'locked': {
      const lock = /locks\/([^'",\s]+)/.exec(message)?.[1] ?? /locked: '([^']+)'/.exec(message)?.[1];
      return `A resource lock${lock === undefined ? '' : ` (${lock})`} forbids the change: a person must remove it, or take this target out of the config.`;
    }
    case 'policy':
      return policyAdvice(code, message);
    case 'conflict':
      return 'It was changed after it was read: read it again and plan again.';
    case 'superseded':
      return 'Another operation took its place: read it again and plan again. If this goes on, find out who else writes here.';
    case 'busy':
      return 'Another operation holds it: wait for its end.';
    case 'throttled':
      return 'Too many requests were made under this identity or subscription: wait as long as asked.';
    case 'transient':
      return 'This usually passes: try again.';
    case 'failed-state':
      return 'Look at the provisioning state of the resource and of every firewall and policy behind it in the portal, and repair what is Failed before the next run.';
    case 'quota':
      if (entryLimitIn(message) !== undefined) return 'That is the limit of this target from now on.';
      return 'A limit of Azure is reached: select fewer tags, spread the list over more targets, or have the limit raised; where it is lower than this target reckons with, set it on the target to the number that Azure names (docs/targets.md has the setting of each limit).';
    case 'invalid':
      return code !== undefined && /NotFound$/i.test(code)
        ? 'What the config names does not exist: create it, or correct the config.'
        : 'The same request will be refused again: correct the config, or report this with the message above.';
    case 'unreadable':
      return 'Nothing was concluded from it and nothing written: look at the resource in the portal, and at any proxy on the way to Azure.';
  }
}

function forbiddenAdvice(message: string): string {
  // A linked refusal names two actions; the missing one follows "does not have permission".
  const part = /does not have (?:authorization|permission)[\s\S]*/.exec(message)?.[0] ?? message;
  const action = /action(?:\(s\))? '([^']+)'/.exec(part)?.[1];
  const scope = /scope(?:\(s\))? '([^']+)'/.exec(part)?.[1];
  if (action === undefined) return "Check the identity's token and its role assignments.";
  return `The identity lacks ${action} on ${scope ?? 'that scope'}: assign it a role that holds this action there (it takes effect within minutes).`;
}

function policyAdvice(code: string | undefined, message: string): string {
  if (code === 'DenyAssignmentAuthorizationFailed') {
    const name = /deny assignment with name '([^']+)'/.exec(message)?.[1];
    return `A deny assignment${name === undefined ? '' : ` (${name})`} forbids it: the owner of the assignment must exclude the identity.`;
  }
  const name =
    /"policyAssignment":\{"name":"([^"]+)"/.exec(message)?.[1] ?? /policyAssignments\/([^'",\s]+)/.exec(message)?.[1];
  return `An Azure Policy${name === undefined ? '' : ` (${name})`} forbids it: ask its owner for an exemption, or change what the config asks for.`;
}
