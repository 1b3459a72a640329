import type { TargetDefinition } from '../ports/target.ts';
import { ipGroup } from './ip-group.ts';
import { nsg } from './nsg.ts';

/** Every kind of target. The config's schema, the docs table and the role definition derive from this list. */
export const targetDefinitions = [ipGroup, nsg] as const satisfies readonly TargetDefinition<never>[];
