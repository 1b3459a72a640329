import { expect, it } from 'vitest';
import { MARK } from '../box.ts';
import type { ArmFixture } from '../fixture.ts';
import type { AdapterUnderTest } from './under-test.ts';

/** Units that we create, and whose they are. */
export function testMarks(on: AdapterUnderTest, fixture: ArmFixture): void {
  const [a, b, c, d, e] = fixture.entries;

  it('reads what does not exist as no unit', async () => {
    expect(await on.target.read(on.idle)).toMatchObject({ units: [], problems: [] });
  });

  it('creates a unit with its mark and reads it back', async () => {
    await on.target.write(on.creation([a, b]), on.idle);
    const { units, problems } = await on.target.read(on.idle);
    expect(problems).toEqual([]);
    expect(units).toMatchObject([{ key: on.key, family: fixture.family, mark: MARK, state: 'Succeeded' }]);
    expect([...(units[0]?.entries ?? [])].sort()).toEqual([a, b].sort());
    expect(on.target.writes).toBe(1);
  });

  it('refuses to create what somebody made meanwhile', async () => {
    await on.target.read(on.idle);
    await on.arm.seed({ [on.id]: fixture.seed([d, e]) });
    await expect(on.target.write(on.creation([a]), on.idle)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await on.stored()).toEqual([d, e]);
  });

  it('refuses to replace what somebody removed meanwhile', async () => {
    const change = await on.planned();
    await on.arm.seed({ [on.id]: null });
    await expect(on.target.write(change, on.idle)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await on.arm.resource(on.id)).toBeUndefined();
  });

  it('reports no mark where there is none, and sets ours when it writes', async () => {
    await on.arm.seed({ [on.id]: fixture.seed([a, b]) });
    expect((await on.unit()).mark).toBeUndefined();
    await on.target.write(await on.replacement([a, b]), on.idle);
    expect(await on.unit()).toMatchObject({ mark: MARK, entries: [a, b] });
  });

  it("reports another instance's mark and never writes over it", async () => {
    await on.arm.seed({ [on.id]: fixture.seed([a, b], 'other/box') });
    expect((await on.unit()).mark).toBe('other/box');
    const change = await on.replacement([a, c]);
    await expect(on.target.write(change, on.idle)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await on.stored()).toEqual([a, b]);
  });
}
