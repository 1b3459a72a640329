import type { TargetDefinition } from '../ports/target.ts';
import { ipGroup } from './ip-group.ts';
import { nsg } from './nsg.ts';

/** Every kind of target. A new one is a file and a line here. */
export const targets: readonly TargetDefinition[] = [ipGroup, nsg];
