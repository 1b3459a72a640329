import { describe, expect, test } from 'vitest';
import { RequestError } from '../../src/run/service.ts';
import { operatorForTests, someChange } from '../support/operator.ts';
import { ask, request } from '../support/service.ts';

function get(name: string, more: Parameters<typeof request>[2] = {}, operator = operatorForTests()) {
  return ask(name, request('GET', '/api', more), { operator: async () => operator });
}

describe('changes', () => {
  test('are 100 unless told otherwise, and every filter gets through', async () => {
    const operator = operatorForTests();
    await get('changes', {}, operator);
    const query = { target: 'east', list: 'l', tag: 'Storage.*', region: 'WestUS', direction: 'add', by: 'anna' };
    const more = { since: '404', until: '1d', kind: 'first-contact', after: 'abc', most: '1000' };
    await get('changes', { query: { ...query, ...more } }, operator);
    const { most: _, ...given } = more;
    expect(operator.asked).toEqual([
      ['changes', { most: 100 }],
      ['changes', { ...query, ...given, kind: 'first contact', most: 1000 }],
    ]);
  });

  test.each([
    ['most', '0'],
    ['most', '1001'],
    ['limit', '1e2'],
    ['kind', 'first contact'],
    ['direction', 'in'],
    ['after', 'a b'],
    ['since', ''],
    ['format', 'pdf'],
    ['tags', 'Storage'],
  ])('%s=%s is refused, with what is expected', async (name, text) => {
    const response = await get('changes', { query: { [name]: text } });
    expect(response).toMatchObject({
      status: 400,
      jsonBody: { detail: expect.stringContaining('expected'), issues: [{ path: name }] },
    });
  });

  test('what the operator API cannot read is a bad request', async () => {
    const operator = operatorForTests({
      changes: async () => {
        throw new RequestError('since: expected a date');
      },
    });
    expect(await get('changes', { query: { since: 'x' } }, operator)).toMatchObject({ status: 400 });
  });

  test('come as JSON, CSV or Markdown, and each says where it goes on, without the key', async () => {
    const query = { limit: '1', code: 'a-secret', after: 'before' };
    const link = '<?limit=1&after=further>; rel="next"';
    const asJson = await get('changes', { query });
    expect(asJson).toMatchObject({ jsonBody: { changes: [someChange], next: 'further' }, headers: { link } });
    const csv = await get('changes', { query, headers: { accept: 'text/csv' } });
    expect(csv.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8', link });
    expect(csv.body).toBe(
      'at,target,list,what,prefix,addresses,cause,tag,by,why,ticket,run\r\n' +
        '2024-01-15T08:01:00.000Z,east,pulls,added,192.0.2.0/24,256,"publication 277, Storage.WestUS",Storage.WestUS,anna,needed,CHG1,run-1\r\n',
    );
    const markdown = await get('changes', { query: { ...query, format: 'markdown' } });
    expect(markdown.body).toContain(
      '| 2024-01-15 08:01 | east | added | `192.0.2.0/24` | publication 277, Storage.WestUS | anna (CHG1) | run-1 |',
    );
  });
});

test('the version is given as it is', async () => {
  expect(await get('version')).toMatchObject({ status: 200, jsonBody: { latest: '20240115080000000' } });
  expect((await get('version', { query: { x: '1' } })).status).toBe(400);
});

describe('an Atom feed', () => {
  const feed = async (name: string, id: string, operator = operatorForTests()) => {
    const asked = request('GET', `/api/atom/x/${encodeURIComponent(id)}?code=a-secret`, { params: { id } });
    return ask(name, asked, { operator: async () => operator });
  };

  test.each([
    ['atom-target', 'target'],
    ['atom-list', 'list'],
  ])('%s has an entry for what one run did to one target', async (name, what) => {
    const operator = operatorForTests({
      changes: async () => ({
        changes: [
          someChange,
          { ...someChange, prefix: '198.51.100.0/24', direction: 'remove' },
          { ...someChange, target: 'west' },
          { ...someChange, run: 'run-0', at: '2024-01-08T08:01:00.000Z' },
        ],
      }),
    });
    const { headers, body } = await feed(name, 'east', operator);
    expect(headers).toMatchObject({ 'content-type': 'application/atom+xml; charset=utf-8' });
    const text = String(body);
    expect(text).toContain(`<title>Changes of ${what} east</title>`);
    expect(text.match(/<entry>/g)).toHaveLength(3);
    expect(text).toContain('east: 1 range in, 1 range out');
    expect(text).toContain('<id>http://localhost/api/runs/run-1#east</id>');
    expect(text).toContain('<id>http://localhost/api/runs/run-1#west</id>');
    expect(text).toContain('<updated>2024-01-15T08:01:00.000Z</updated>');
    expect(text).toContain('decided by anna (CHG1)');
    expect(text).not.toContain('a-secret');
  });

  test('asks for the changes of its target or list alone', async () => {
    const operator = operatorForTests();
    await feed('atom-target', 'east', operator);
    await feed('atom-list', 'l', operator);
    expect(operator.asked).toEqual([
      ['changes', { target: 'east', most: 1000 }],
      ['changes', { list: 'l', most: 1000 }],
    ]);
  });

  test('goes on where a page found nothing, but not for ever', async () => {
    const pages = (empty: number) => {
      let asked = 0;
      return operatorForTests({
        changes: async ({ after }) => {
          expect(after).toBe(asked === 0 ? undefined : `page-${asked}`);
          return asked++ < empty ? { changes: [], next: `page-${asked}` } : { changes: [someChange] };
        },
      });
    };
    expect(String((await feed('atom-list', 'l', pages(7))).body)).toContain('<entry>');
    expect(String((await feed('atom-list', 'l', pages(8))).body)).not.toContain('<entry>');
  });

  test('of what there is not is not found', async () => {
    const operator = operatorForTests({
      changes: async () => {
        throw new RequestError('target: expected one of east, got "x"');
      },
    });
    expect(await feed('atom-target', 'x', operator)).toMatchObject({ status: 404 });
  });

  test('holds no markup of others', async () => {
    const evil = ']]><script>alert(1)</script>&\u001b';
    const operator = operatorForTests({
      changes: async () => ({ changes: [{ ...someChange, target: evil, by: [{ name: evil, why: evil }] }] }),
    });
    const text = String((await feed('atom-target', evil, operator)).body);
    expect(text).not.toContain('<script');
    // No XML may hold this sign, in whatever spelling.
    expect(text).not.toContain('\u001b');
    expect(text).toContain('<title>Changes of target ]]&gt;&lt;script&gt;');
    expect(text.match(/]]>/g)?.length).toBe(text.match(/<!\[CDATA\[/g)?.length);
  });

  test('without changes is a feed all the same', async () => {
    const text = String(
      (await feed('atom-target', 'east', operatorForTests({ changes: async () => ({ changes: [] }) }))).body,
    );
    expect(text).toContain('<updated>1970-01-01T00:00:00.000Z</updated>');
    expect(text).not.toContain('<entry>');
  });
});

describe('publications', () => {
  const one = (id: string) =>
    ask('publication', request('GET', '/api', { params: { id } }), { operator: async () => operatorForTests() });

  test('are listed', async () => {
    expect(await get('publications')).toMatchObject({
      status: 200,
      jsonBody: { publications: [{ changeNumber: 404 }] },
    });
  });

  test('come byte for byte, under a name that is safe', async () => {
    expect(await one('404')).toMatchObject({
      status: 200,
      body: Buffer.from('{\r\n}'),
      headers: {
        'content-type': 'application/json',
        'content-disposition': 'attachment; filename="ServiceTags__Public_.json"',
        etag: `"${'ab'.repeat(32)}"`,
      },
    });
  });

  test('one that is not kept is absent, one that is damaged has failed', async () => {
    expect(await one('405')).toMatchObject({ status: 404, jsonBody: { detail: expect.stringContaining('"405"') } });
    expect(await one('403')).toMatchObject({ status: 500, jsonBody: { detail: 'its content is gone' } });
  });

  test('differ as they are asked for', async () => {
    const operator = operatorForTests();
    const query = { from: '403', to: 'latest', tag: 'Storage.*', region: 'WestUS' };
    expect(await get('diff', { query }, operator)).toMatchObject({ status: 200, jsonBody: { tags: [] } });
    expect(operator.asked).toEqual([['diff', '403', 'latest', { tag: 'Storage.*', region: 'WestUS' }]]);
    expect((await get('diff', { query: { from: '403' } })).status).toBe(400);
  });
});
