import Module from 'node:module';

/** A binding as the Functions library describes it: `type`, `direction` and what the kind needs. */
type Binding = Readonly<Record<string, unknown>> & { readonly type: string; readonly direction: 'in' | 'out' };

/** A value on its way between host and library, in the wire form of the Functions worker. */
export interface TypedValue {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly http?: HttpValue;
}

export interface HttpValue {
  readonly method?: string;
  readonly url?: string;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: TypedValue | null;
  readonly cookies?: readonly Cookie[];
}

/** A cookie as the library hands it back: values wrapped so that they may be absent. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path?: { readonly value?: string };
  readonly domain?: { readonly value?: string };
  readonly secure?: { readonly value?: boolean };
  readonly httpOnly?: { readonly value?: boolean };
  readonly maxAge?: { readonly value?: number };
  readonly sameSite?: string;
}

export type Level = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical';
type Callback = (...inputs: unknown[]) => unknown;
type Hook = (context: object) => unknown;

/** What the library brings: how one invocation gets its arguments, runs, and hands back its result. */
interface ProgrammingModel {
  getInvocationModel(context: InvocationRequest): InvocationModel;
}

interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<{ returnValue?: TypedValue | null }>;
}

export interface InvocationRequest {
  readonly invocationId: string;
  readonly request: {
    readonly invocationId: string;
    readonly inputData: readonly { readonly name: string; readonly data: TypedValue }[];
    readonly triggerMetadata: Readonly<Record<string, TypedValue>>;
  };
  readonly metadata: { readonly name: string; readonly bindings: Readonly<Record<string, Binding>> };
  /** The library warns about log calls outside of these. */
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: Level, category: string, message: string): void;
}

/** A function as its own registration describes it. */
export interface RegisteredFunction {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly callback: Callback;
}

/** What a bundle registered, as it stands once the bundle is loaded. */
export interface Registrations {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly hooks: ReadonlyMap<string, readonly Hook[]>;
  model(): ProgrammingModel;
}

const moduleName = '@azure/functions-core';

/**
 * Loads a bundle with a module of our own in the place of `@azure/functions-core`, which exists only inside the Azure
 * worker, and returns what the bundle registered. It is patched in at `Module.prototype.require`, as the worker does
 * it: a bundle that could not load there does not load here. The library keeps the module it met first, so a bundle
 * can be loaded once a process. Throws if the import fails, a name is registered twice, or nothing is registered.
 */
export async function loadFunctions(
  load: () => Promise<unknown>,
  log: (level: Level, message: string) => void,
): Promise<Registrations> {
  const functions = new Map<string, RegisteredFunction>();
  const hooks = new Map<string, Hook[]>();
  let model: ProgrammingModel | undefined;
  let closed = false;

  const core = {
    version: '4.0.0-local',
    hostVersion: '4.0.0-local',
    Disposable,
    log: (level: Level, _category: string, message: string) => log(level, message),
    setProgrammingModel: (given: ProgrammingModel) => {
      model = given;
    },
    getProgrammingModel: () => model,
    registerFunction(metadata: { name: string; bindings: Record<string, Binding> }, callback: Callback) {
      if (closed) throw new Error(`Function "${metadata.name}" was registered after start. Register while loading.`);
      if (functions.has(metadata.name)) throw new Error(`Two functions are called "${metadata.name}". Rename one.`);
      functions.set(metadata.name, { name: metadata.name, bindings: metadata.bindings, callback });
      return new Disposable(() => functions.delete(metadata.name));
    },
    registerHook(name: string, hook: Hook) {
      hooks.set(name, [...(hooks.get(name) ?? []), hook]);
      return new Disposable(() =>
        hooks.set(
          name,
          (hooks.get(name) ?? []).filter((other) => other !== hook),
        ),
      );
    },
  };

  const restore = patchRequire(core);
  try {
    await load();
  } finally {
    restore();
    closed = true;
  }
  if (functions.size === 0) throw new Error('The bundle loaded and registered no function at all.');
  return {
    functions,
    hooks,
    model() {
      if (model === undefined) throw new Error('The bundle registered functions and no programming model.');
      return model;
    },
  };
}

function patchRequire(core: object): () => void {
  const original = Module.prototype.require;
  function patched(this: NodeJS.Module, id: string): unknown {
    return id === moduleName ? core : original.call(this, id);
  }
  Module.prototype.require = Object.assign(patched, original);
  return () => {
    Module.prototype.require = original;
  };
}

class Disposable {
  readonly #dispose: () => unknown;

  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }

  dispose(): unknown {
    return this.#dispose();
  }

  static from(...several: readonly { dispose: () => unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of several) one.dispose();
    });
  }
}
