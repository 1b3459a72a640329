import { randomUUID } from 'node:crypto';
import Module from 'node:module';

/** A value on its way between host and library, in the wire form of the Azure worker. */
export interface TypedValue {
  readonly string?: string;
  readonly json?: string;
  readonly http?: HttpValue;
}

interface HttpValue {
  readonly method?: string;
  readonly url?: string;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: { readonly bytes?: Uint8Array } | null;
}

/** What the library brings: how one invocation gets its arguments, runs, and hands back its result. */
interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: unknown): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<{ returnValue?: TypedValue | null }>;
}

interface Registered {
  readonly name: string;
  readonly bindings: Readonly<Record<string, { readonly direction: 'in' | 'out' }>>;
  readonly callback: unknown;
}

export interface Worker {
  readonly names: readonly string[];
  /** Runs a function as the Azure worker does, conversions of the library included. Throws what it threw. */
  call(name: string, input: TypedValue, metadata?: Readonly<Record<string, TypedValue>>): Promise<TypedValue | null>;
}

/**
 * Loads a bundle as the Azure worker does, with a module of its own patched in at Module.prototype.require: a bundle that
 * could not load there does not load here. The library keeps the module it met first, so a bundle can be loaded once a
 * process.
 */
export async function openWorker(entry: string, log: (message: string) => void): Promise<Worker> {
  const functions = new Map<string, Registered>();
  let model: { getInvocationModel(context: object): InvocationModel } | undefined;
  const core = {
    version: '4.0.0-test',
    hostVersion: '4.0.0-test',
    log: () => {},
    registerHook: () => {},
    setProgrammingModel: (given: typeof model) => {
      model = given;
    },
    registerFunction: ({ name, bindings }: Omit<Registered, 'callback'>, callback: unknown) => {
      functions.set(name, { name, bindings, callback });
    },
  };
  const original = Module.prototype.require;
  Module.prototype.require = Object.assign(function (this: NodeJS.Module, id: string): unknown {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  }, original);
  try {
    await import(entry);
  } finally {
    Module.prototype.require = original;
  }
  return {
    names: [...functions.keys()],
    async call(name, input, triggerMetadata = {}) {
      const { bindings, callback } = functions.get(name) ?? { bindings: {} };
      const [trigger] = Object.entries(bindings).find(([, { direction }]) => direction === 'in') ?? [];
      const invocationId = randomUUID();
      const invocation = model?.getInvocationModel({
        invocationId,
        request: { invocationId, inputData: [{ name: trigger, data: input }], triggerMetadata },
        metadata: { name, bindings },
        log: (_level: string, _category: string, message: string) => log(message),
      });
      if (invocation === undefined) throw new Error(`${entry} registered functions and no programming model.`);
      const { context, inputs } = await invocation.getArguments();
      const result = await invocation.invokeFunction(context, inputs, callback);
      return (await invocation.getResponse(context, result)).returnValue ?? null;
    },
  };
}
