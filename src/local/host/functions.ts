import { randomUUID } from 'node:crypto';
import { registerHooks } from 'node:module';
import { format } from 'node:util';
import { InvocationContext, type InvocationContextInit, type LogLevel } from '@azure/functions';
import * as z from 'zod';

/** What triggers a function, as the Functions library tells it to its worker. */
const triggerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('httpTrigger'),
    route: z.string(),
    methods: z.array(z.string()),
    authLevel: z.enum(['anonymous', 'function', 'admin']),
  }),
  z.object({ type: z.literal('queueTrigger'), queueName: z.string(), connection: z.string() }),
  z.object({ type: z.literal('timerTrigger'), schedule: z.string() }),
]);
type Trigger = z.output<typeof triggerSchema>;
export type TriggerOf<T extends Trigger['type']> = Extract<Trigger, { readonly type: T }>;

/** A function as its registration describes it. */
export interface LocalFunction<T extends Trigger = Trigger> {
  readonly name: string;
  readonly trigger: T;
  readonly handler: (input: never, context: InvocationContext) => unknown;
}

export type HostLog = (entry: {
  readonly level: LogLevel;
  readonly function?: string;
  readonly invocation?: string;
  readonly message: string;
}) => void;

const coreModule = '@azure/functions-core';
const url = 'functions-core:local';
const source = `module.exports = {
  log() {},
  setProgrammingModel() {},
  registerFunction: (...given) => globalThis[Symbol.for('${coreModule}')].register(...given),
  registerHook: (...given) => globalThis[Symbol.for('${coreModule}')].hook(...given),
};`;

/** What the app does at its end; it gets the context that the library's type asks for. */
type TerminateHandler = (context: object) => unknown;

/**
 * Loads a file that registers functions, and returns them. The library tells them to `@azure/functions-core`, which exists
 * only inside the Azure worker; while the file loads, a module of our own replaces it. Throws what loading throws,
 * and for a function that cannot run here.
 */
export async function loadFunctions(
  load: () => Promise<unknown>,
  onTerminate: (handler: TerminateHandler) => void = () => {},
): Promise<readonly LocalFunction[]> {
  const found = new Map<string, LocalFunction>();
  const register = (
    { name, bindings }: { name: string; bindings: object },
    handler: LocalFunction['handler'],
  ): void => {
    const trigger = Object.values(bindings).find(({ direction }) => direction === 'in');
    if (found.has(name)) throw new Error(`Two functions are called "${name}". Rename one.`);
    found.set(name, { name, trigger: triggerSchema.parse(trigger), handler });
  };
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === coreModule ? { url, shortCircuit: true } : next(specifier, context),
    load: (given, context, next) =>
      given === url ? { format: 'commonjs', source, shortCircuit: true } : next(given, context),
  });
  const hook = (name: string, handler: TerminateHandler): void => {
    if (name === 'appTerminate') onTerminate(handler);
  };
  Object.assign(globalThis, { [Symbol.for(coreModule)]: { register, hook } });
  try {
    await load();
  } finally {
    hooks.deregister();
  }
  if (found.size === 0) throw new Error('The file loaded and registered no function at all.');
  return [...found.values()];
}

/** The functions with one type of trigger. */
export function triggeredBy<T extends Trigger['type']>(functions: readonly LocalFunction[], type: T) {
  return functions.filter((one): one is LocalFunction<TriggerOf<T>> => one.trigger.type === type);
}

/** Runs a function once. Throws what it threw; that is logged too. */
export async function invoke(
  { name, handler }: Pick<LocalFunction, 'name' | 'handler'>,
  input: unknown,
  log: HostLog,
  more: Pick<InvocationContextInit, 'triggerMetadata'> = {},
): Promise<unknown> {
  const invocation = randomUUID();
  const logHandler = (level: LogLevel, ...args: unknown[]): void =>
    log({ level, function: name, invocation, message: format(...args) });
  try {
    const context = new InvocationContext({ invocationId: invocation, functionName: name, logHandler, ...more });
    return await handler(input as never, context);
  } catch (error) {
    logHandler('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  }
}
