import { lostFamily } from './family.ts';
import type { LossRule } from './loss.ts';
import { lostPrefixes } from './prefixes.ts';
import { lostShare } from './share.ts';
import { tagVanished } from './vanished.ts';

export const lossRules: readonly LossRule[] = [tagVanished, lostShare, lostPrefixes, lostFamily];
