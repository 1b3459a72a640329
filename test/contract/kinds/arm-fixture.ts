import type { ArmFixture } from '../target/fixture.ts';
import { armPlace } from '../target/place.ts';

export const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555';
export const RESOURCE_GROUP = 'net';
export const NETWORK = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.Network`;

/** Public prefixes of different sizes that do not touch, the two smallest among them: not every API takes those. */
export const PREFIXES = ['13.64.0.0/16', '20.33.0.0/24', '40.64.128.0/18', '52.0.0.2/31', '104.40.0.7/32'] as const;

/** Completes a fixture with its place in the simulated ARM. */
export function armFixture(fixture: Omit<ArmFixture, 'place'>): ArmFixture {
  const whole: ArmFixture = { ...fixture, place: (world) => armPlace(world, whole) };
  return whole;
}
