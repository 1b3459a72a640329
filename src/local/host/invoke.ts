import { randomUUID } from 'node:crypto';
import type { InvocationRequest, Level, RegisteredFunction, Registrations, TypedValue } from './core-module.ts';

/** Input for the trigger of one invocation. */
interface TriggerInput {
  readonly data: TypedValue;
  readonly metadata?: Readonly<Record<string, TypedValue>>;
}

export type HostLog = (entry: {
  readonly level: Level;
  readonly function?: string;
  readonly invocation?: string;
  readonly message: string;
}) => void;

/**
 * Runs one function once, with its hooks around it, and returns what it gave to its return binding. Throws what the
 * function, a hook, or the conversion of the result threw; that is logged too.
 */
export async function invoke(
  registrations: Registrations,
  registered: RegisteredFunction,
  input: TriggerInput,
  log: HostLog,
): Promise<TypedValue | null | undefined> {
  const invocation = randomUUID();
  const say = (level: Level, message: string): void => log({ level, function: registered.name, invocation, message });
  const request: InvocationRequest = {
    invocationId: invocation,
    request: {
      invocationId: invocation,
      inputData: [{ name: triggerOf(registered).name, data: input.data }],
      triggerMetadata: input.metadata ?? {},
    },
    metadata: { name: registered.name, bindings: registered.bindings },
    log: (level, _category, message) => say(level, message),
  };
  try {
    return await run(registrations, registered, request);
  } catch (error) {
    say('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  }
}

/** What hooks get once the function has run; they may change its result or error. */
interface Afterwards {
  readonly inputs: readonly unknown[];
  result: unknown;
  error: unknown;
}

async function run(
  { hooks, model }: Registrations,
  registered: RegisteredFunction,
  request: InvocationRequest,
): Promise<TypedValue | null | undefined> {
  const invocation = model().getInvocationModel(request);
  const { context, inputs } = await invocation.getArguments();
  const shared = { hookData: {}, appHookData: {}, invocationContext: context };

  const before = { ...shared, inputs, functionCallback: registered.callback };
  request.state = 'preInvocationHooks';
  for (const hook of hooks.get('preInvocation') ?? []) await hook(before);

  const after: Afterwards = { ...shared, inputs: before.inputs, result: null, error: null };
  request.state = 'invocation';
  try {
    after.result = await invocation.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error;
  }
  request.state = 'postInvocationHooks';
  for (const hook of hooks.get('postInvocation') ?? []) await hook(after);
  request.state = undefined;
  if (after.error !== null) throw after.error;
  return (await invocation.getResponse(context, after.result)).returnValue;
}

/** The binding that triggers a function, with its name. Throws if there is none. */
export function triggerOf(registered: RegisteredFunction): {
  readonly name: string;
  readonly type: string;
  setting(name: string): unknown;
} {
  for (const [name, binding] of Object.entries(registered.bindings)) {
    if (/trigger$/i.test(binding.type)) {
      return { name, type: binding.type.toLowerCase(), setting: (setting) => binding[setting] };
    }
  }
  throw new Error(`Function "${registered.name}" has no trigger.`);
}
