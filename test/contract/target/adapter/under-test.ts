import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { LiveUnit, UnitChange } from '../../../../src/core/plan/live.ts';
import type { Operations } from '../../../../src/ports/store.ts';
import type { Target } from '../../../../src/ports/target.ts';
import { startArm, type TestArm } from '../../../support/arm.ts';
import { MARK } from '../box.ts';
import type { ArmFixture } from '../fixture.ts';

/** A target by itself, over the simulated ARM, with a clock that waiting moves. */
export interface AdapterUnderTest {
  readonly arm: TestArm;
  /** Opened anew for each test. */
  readonly target: Target;
  /** Key and ARM id of its first unit. */
  readonly key: string;
  readonly id: string;
  /** Matches the requests that write it. */
  readonly onWrite: { readonly method: string; readonly pathIncludes: string };
  /** A signal that nobody aborts. */
  readonly idle: AbortSignal;
  /** Opens the same target once more. */
  open(pace?: object, operations?: Operations): Promise<Target>;
  /** The first unit as it is read; throws if there is none. */
  unit(): Promise<LiveUnit>;
  creation(entries: readonly string[]): UnitChange;
  /** On the unit as it is now. */
  replacement(entries: readonly string[]): Promise<UnitChange>;
  /** Entries of the raw resource. */
  stored(): Promise<readonly string[]>;
  /** A unit of ours that holds the first two entries, and the change to the first and the third, planned on it. */
  planned(): Promise<UnitChange>;
}

/** Sets the hooks of the describe block it is called in. */
export function useAdapter(fixture: ArmFixture): AdapterUnderTest {
  const [a, b, c] = fixture.entries;
  const config = fixture.definition.schema.parse(fixture.config);
  const key = fixture.definition.layout(config).unitKey(fixture.family, 0);
  const id = fixture.idOf(key);
  const idle = new AbortController().signal;
  let arm: TestArm;
  let target: Target;

  beforeAll(async () => {
    arm = await startArm();
  });
  afterAll(() => arm.close());
  beforeEach(async () => {
    await arm.reset();
    await arm.seed(fixture.surroundings);
    target = await on.open();
  });

  const on: AdapterUnderTest = {
    get arm() {
      return arm;
    },
    get target() {
      return target;
    },
    key,
    id,
    onWrite: { method: fixture.writeMethod ?? 'PUT', pathIncludes: fixture.unitPath },
    idle,
    open: (pace = {}, operations) =>
      fixture.definition.open(config, {
        ...(operations === undefined ? {} : { operations }),
        mark: MARK,
        cloud: 'Public',
        armEndpoint: arm.url,
        pace: { ...arm.pace, ...pace },
        log: () => {},
      }),
    async unit() {
      const { units } = await target.read(idle);
      const found = units.find((one) => one.key === key);
      if (found === undefined) throw new Error(`no unit ${key}`);
      return found;
    },
    creation: (entries) => ({ key, family: fixture.family, action: 'create', entries }),
    async replacement(entries) {
      const { version } = await on.unit();
      const change = { key, family: fixture.family, action: 'replace', entries } as const;
      return version === undefined ? change : { ...change, version };
    },
    stored: async () => fixture.entriesIn(await arm.resource(id)),
    async planned() {
      await arm.seed({ [id]: fixture.seed([a, b], MARK) });
      const change = await on.replacement([a, c]);
      await arm.clearLog();
      return change;
    },
  };
  return on;
}

export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected a failure');
}

export function failedState<T extends { readonly properties: object }>(seed: T, provisioningState = 'Failed'): T {
  return { ...seed, properties: { ...seed.properties, provisioningState } };
}
