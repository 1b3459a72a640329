import type { Cause } from '../../core/plan/plan-types.ts';

/** What a change may be caused by, as people write it: one word each. */
export const changeKinds: Readonly<Record<string, Cause['kind']>> = {
  publication: 'publication',
  released: 'released',
  held: 'held',
  config: 'config',
  registry: 'registry',
  'first-contact': 'first contact',
  drift: 'drift',
  pin: 'pin',
  foreign: 'foreign',
  'carried-over': 'carried over',
  joined: 'joined',
} satisfies { readonly [K in Cause['kind'] as K extends `${infer A} ${infer B}` ? `${A}-${B}` : K]: K };
