import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstCandidate, type Source, SourceError } from '../../../src/ports/source.ts';
import { sources } from '../../../src/sources/index.ts';
import type { SourceFixture, SourcePlace } from './fixture.ts';

const newest = {
  name: 'ServiceTags_Public_20240129.json',
  content: '{"changeNumber": 292,\r\n "cloud": "Public", "values": []}\n',
};
const older = {
  name: 'ServiceTags_Public_20240122.json',
  content: '{"changeNumber": 291, "cloud": "Public", "values": []}',
};
const foreign = {
  name: 'ServiceTags_China_20240129.json',
  content: '{"changeNumber": 99, "cloud": "China", "values": []}',
};

const at = '2026-11-12T08:00:00.000Z';
const usual = () => AbortSignal.timeout(20_000);

/** What every source promises a run: bytes as they are, best first, and an error where there are none. */
export function describeSource(fixture: SourceFixture): void {
  describe(fixture.kind, () => {
    let place: SourcePlace;
    beforeEach(async () => {
      place = await fixture.open();
    });
    afterEach(() => place.close());

    function open(): Promise<Source> {
      const definition = sources.find(({ kind }) => kind === fixture.kind);
      if (!definition) throw new Error(`no kind ${fixture.kind}`);
      const config = definition.schema.parse(place.config);
      return definition.open(config, {
        cloud: 'Public',
        now: () => new Date(at),
        random: () => 0,
        sleep: async () => {},
        secret: ({ $env }) => $env,
      });
    }

    async function namesOf(source: Source): Promise<string[]> {
      const names: string[] = [];
      for await (const { file } of source.candidates(usual())) names.push(file);
      return names;
    }

    /** The error with which its candidates end. */
    async function failureOf(signal = usual(), lastGood?: string): Promise<Error> {
      try {
        for await (const { file } of (await open()).candidates(signal, lastGood)) expect(file).not.toBe('');
      } catch (error) {
        if (error instanceof Error) return error;
      }
      throw new Error('expected an error');
    }

    test('gives the newest publication as it is, and says from where and when', async () => {
      await place.put([newest, older]);
      const { bytes, file, provenance } = await firstCandidate(await open(), usual());
      expect(new TextDecoder().decode(bytes)).toBe(newest.content);
      expect(file).toBe(newest.name);
      expect(provenance).toMatchObject({
        fetchedAt: at,
        url: expect.stringMatching(/^(file|http):.*ServiceTags_Public_20240129\.json$/),
      });
      expect(provenance.via.split('/')[0]).toBe(fixture.kind);
    });

    test('offers the older ones after it, where it keeps them, and nothing of another cloud', async () => {
      await place.put([newest, older, foreign]);
      expect(await namesOf(await open())).toEqual(fixture.offers === 'one' ? [newest.name] : [newest.name, older.name]);
    });

    test('reads anew each time it is asked', async () => {
      await place.put([newest]);
      const source = await open();
      await firstCandidate(source, usual());
      await place.put([{ ...newest, content: older.content }]);
      const { bytes } = await firstCandidate(source, usual());
      expect(new TextDecoder().decode(bytes)).toBe(older.content);
    });

    test('passes on what may be damaged: what is accepted is decided by who reads it', async () => {
      await place.put([{ ...newest, content: '{"changeNumber": 292, "cloud"' }]);
      const { bytes } = await firstCandidate(await open(), usual());
      expect(new TextDecoder().decode(bytes)).toBe('{"changeNumber": 292, "cloud"');
    });

    test('says what it expected where there is nothing for the cloud', async () => {
      await place.put([foreign]);
      const error = await failureOf();
      expect(error).toBeInstanceOf(SourceError);
      expect(error.message).toMatch(/Public/);
      expect(error.message).toMatch(/Check the path|Put one there|Next: check/);
    });

    test('cannot be read is an error that says where and why, and is never empty', async () => {
      await place.put([newest]);
      await place.break();
      const error = await failureOf();
      expect(error).toBeInstanceOf(SourceError);
      expect((error as SourceError).tried).not.toEqual([]);
      expect(error.message).toMatch(/ENOENT|HTTP 503/);
    });

    test('takes no file beyond its size, and says how large that is', async () => {
      await place.put([{ ...newest, content: fixture.mostBytes + 1 }]);
      const error = await failureOf();
      expect(error).toBeInstanceOf(SourceError);
      expect(error.message).toMatch(/64 MB|larger than 1,000,000 bytes/);
    });

    test('never follows a last good address of a host that is not its own', async () => {
      await place.put([foreign]);
      const error = await failureOf(usual(), 'https://elsewhere.example/ServiceTags_Public_20240101.json');
      expect(error).toBeInstanceOf(SourceError);
      expect(error.message).not.toContain('elsewhere');
    });

    test('ends with the reason of a signal that is aborted, not as a failing source', async () => {
      await place.put([newest]);
      expect((await failureOf(AbortSignal.abort(new Error('the run was stopped')))).message).toBe(
        'the run was stopped',
      );
    });
  });
}
