import type { LossRule } from './loss.ts';
import { lostFamily } from './lost-family.ts';
import { lostPrefixes } from './lost-prefixes.ts';
import { lostShare } from './lost-share.ts';
import { tagVanished } from './tag-vanished.ts';

/** In the order in which their reasons are told. */
export const lossRules: readonly LossRule[] = [tagVanished, lostShare, lostPrefixes, lostFamily];
