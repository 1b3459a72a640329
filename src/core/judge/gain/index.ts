import { broaderGain } from './broader.ts';
import type { GainRule } from './gain.ts';
import { growthGain } from './growth.ts';
import { otherRegionGain } from './other-region.ts';
import { reservedGain } from './reserved.ts';

export const gainRules: readonly GainRule[] = [reservedGain, broaderGain, growthGain, otherRegionGain];
