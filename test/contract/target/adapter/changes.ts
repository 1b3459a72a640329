import { expect, it } from 'vitest';
import { MARK } from '../box.ts';
import type { ArmFixture } from '../fixture.ts';
import type { AdapterUnderTest } from './under-test.ts';

/** How a unit is read and changed, and what becomes of changes by somebody else. */
export function testChanges(on: AdapterUnderTest, fixture: ArmFixture): void {
  const [a, b, c, d, e] = fixture.entries;

  it('reads an unchanged target with as few requests as it can and writes nothing', async () => {
    await on.arm.seed({ [on.id]: fixture.seed([a, b], MARK) });
    expect((await on.unit()).entries).toEqual([a, b]);
    expect((await on.arm.log()).map(({ method }) => method)).toEqual(
      Array.from({ length: fixture.requestsPerLook ?? 1 }, () => 'GET'),
    );
    expect(on.target.writes).toBe(0);
  });

  it('replaces entries with one write and keeps the order given', async () => {
    await on.target.write(await on.planned(), on.idle);
    expect(await on.stored()).toEqual([a, c]);
    expect((await on.unit()).entries).toEqual([a, c]);
    expect(await on.arm.writes()).toBe(1);
    expect(on.target.writes).toBe(1);
  });

  it('gives the same version for the same content and another one for other content', async () => {
    const change = await on.planned();
    expect((await on.unit()).version).toBe(change.version);
    await on.target.write(change, on.idle);
    expect((await on.unit()).version).not.toBe(change.version);
  });

  it('makes the same change twice with one write', async () => {
    const change = await on.planned();
    await on.target.write(change, on.idle);
    await on.target.write(change, on.idle);
    await (await on.open()).write(change, on.idle);
    expect(await on.stored()).toEqual([a, c]);
    expect(await on.arm.writes()).toBe(1);
  });

  it('refuses to write over a change made after the read', async () => {
    const change = await on.planned();
    await on.arm.change(on.id, fixture.changeTo([a, b, d], MARK));
    await expect(on.target.write(change, on.idle)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await on.stored()).toEqual([a, b, d]);
    expect(await on.arm.writes()).toBe(0);
  });

  it('ends well, without a second write, when the answer to a write is lost', async () => {
    const change = await on.planned();
    await on.arm.fail([{ match: on.onWrite, effect: { drop: 'after' } }]);
    await on.target.write(change, on.idle);
    expect(await on.stored()).toEqual([a, c]);
    expect(await on.arm.writes()).toBe(1);
  });

  it('writes again when the request itself was lost', async () => {
    const change = await on.planned();
    await on.arm.fail([{ match: on.onWrite, effect: { drop: 'before' } }]);
    await on.target.write(change, on.idle);
    expect(await on.stored()).toEqual([a, c]);
    expect(on.target.writes).toBe(2);
  });

  it('does not overwrite what somebody changed while a lost write was tried again', async () => {
    const change = await on.planned();
    await on.arm.fail([
      {
        match: on.onWrite,
        effect: { drop: 'before', foreign: { id: on.id, merge: fixture.changeTo([a, b, e], MARK) } },
      },
    ]);
    await expect(on.target.write(change, on.idle)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await on.stored()).toEqual([a, b, e]);
  });

  it('keeps every field it does not know, changed or not since the read', async () => {
    const seed = fixture.seed([a, b], MARK);
    const properties = { ...seed.properties, futureSetting: { level: 3, on: [true] } };
    await on.arm.seed({ [on.id]: { ...seed, properties, zones: ['1'] } });
    const change = await on.replacement([a, c]);
    await on.arm.change(on.id, { properties: { addedSince: 'x' } });
    await on.target.write(change, on.idle);
    expect(await on.arm.resource(on.id)).toMatchObject({
      zones: ['1'],
      properties: { futureSetting: { level: 3, on: [true] }, addedSince: 'x' },
    });
    expect(await on.stored()).toEqual([a, c]);
  });
}
