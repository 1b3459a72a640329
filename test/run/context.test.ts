import { expectTypeOf, test } from 'vitest';
import type { planRun } from '../../src/run/plan.ts';

// The compiler holds these (`npm run types`); at run time nothing is compared.
type Context = Parameters<typeof planRun>[0];
type TargetOf<C> = C extends { targets: ReadonlyMap<string, { open(): Promise<infer T> }> } ? T : never;

test('what a dry run works with has no way to write', () => {
  expectTypeOf<keyof Context>().toEqualTypeOf<
    | 'loaded'
    | 'targets'
    | 'source'
    | 'readFile'
    | 'readRegistry'
    | 'discovery'
    | 'ledgers'
    | 'targetRecords'
    | 'publications'
    | 'controls'
    | 'now'
    | 'log'
  >();
  expectTypeOf<keyof TargetOf<Context>>().toEqualTypeOf<'read' | 'inspect'>();
  expectTypeOf<keyof Context['ledgers']>().toEqualTypeOf<'current' | 'get'>();
  expectTypeOf<keyof Context['targetRecords']>().toEqualTypeOf<'get' | 'atOnce'>();
  expectTypeOf<keyof Context['publications']>().toEqualTypeOf<'get' | 'bytes' | 'snapshot'>();
  expectTypeOf<keyof Context['controls']>().toEqualTypeOf<'all'>();
});
