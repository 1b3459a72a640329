import fc from 'fast-check';

/**
 * Checks a property for 100 random values. A failure shows the seed and path that repeat it: put them in the environment
 * as FC_SEED and FC_PATH.
 */
export function checkProperty<T>(values: fc.Arbitrary<T>, holds: (value: T) => void, runs = 100): void {
  const { FC_SEED: seed, FC_PATH: path } = process.env;
  const repeat = seed === undefined ? {} : { seed: Number(seed), ...(path === undefined ? {} : { path }) };
  fc.assert(
    fc.property(values, (value) => {
      holds(value);
    }),
    { numRuns: runs, ...repeat },
  );
}
