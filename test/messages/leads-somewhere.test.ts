import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { makeProgram } from '../../src/cli/program.ts';
import type { DomainEvent } from '../../src/core/event.ts';
import type { Notice } from '../../src/core/notice.ts';
import { runbookMarkup } from '../../src/http/page/views/runbook.ts';
import { failureCauses } from '../../src/messages/failure.ts';
import { noticesOf } from '../../src/messages/notices.ts';
import { firstLine } from '../../src/messages/text.ts';
import { emailOf } from '../../src/notifiers/email.ts';
import { slackMessage } from '../../src/notifiers/slack.ts';
import { teamsMessage } from '../../src/notifiers/teams.ts';
import { cloudEvent } from '../../src/notifiers/webhook.ts';
import { samples } from '../support/every-event.ts';
import { placesFor } from '../support/places.ts';
import { messageOf } from '../support/sample-notices.ts';

// Who gets a notice must be able to act on it with nothing else at hand.

const subscription = '00000000-0000-0000-0000-000000000001';
const place = { subscriptionId: subscription, resourceGroup: 'rg', mode: 'sync' };
const service = {
  registries: {
    contoso: {
      resourceId: `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso`,
    },
  },
  lists: { west: { tags: ['Storage.WestUS'], registries: [{ registry: 'contoso', part: 'all' }] } },
  targets: {
    hub: {
      kind: 'ip-group',
      ...place,
      list: 'west',
      name: 'acr',
      location: 'westus',
      rule: { policy: 'hub-policy', ruleCollectionGroup: 'rcg', collection: 'allow', rule: 'acr' },
    },
    plant: { kind: 'feed', mode: 'sync', list: 'west', name: 'plant' },
  },
};
const page = 'https://sync.contoso.example';

interface Led {
  readonly kind: DomainEvent['kind'];
  readonly when: string;
  readonly event: DomainEvent;
  readonly notice: Notice;
}

function noticesFor(settings: object, ownUrl?: string): Led[] {
  const { config, places } = placesFor({ ...service, ...settings }, ownUrl);
  const { lists, targets } = config;
  return samples.flatMap(({ kind, when, event }) =>
    noticesOf([event], { at: '2024-01-25T04:00:00.000Z', run: 'r-1', lists, targets, places }).map((notice) => ({
      kind,
      when,
      event,
      notice,
    })),
  );
}

const all = noticesFor({}, page);
const named = all.map((one) => [`${one.kind} ${one.when}`.trim(), one] as const);
const runbook = anchorsIn(await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8'));

/** Anchors of a Markdown page: of its headings as GitHub makes them, and its own. */
function anchorsIn(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const ofHeadings = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set([...ofHeadings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
}

/** Commands between backticks, without those of other programs. */
function commandsIn({ lines }: Notice): string[] {
  return lines.flatMap((line) =>
    [...line.matchAll(/`((?:npm run -s cli -- |az |azd |curl )[^`]+)`/g)].map(([, c = '']) => c),
  );
}

function optionsOf(command: Command): string[] {
  return command.options.flatMap(({ long, short }) => [long ?? '', short ?? '']);
}

describe.each(named)('%s', (_name, { kind, when, event, notice }) => {
  const { severity, headline, lines, links = [], runbook: anchor = '' } = notice;
  const urls = (rel: string) => links.flatMap((link) => (link.rel === rel ? [link.url] : []));

  test('says what to do, or that there is nothing to do', () => {
    const asks = severity === 'needs-you' || severity === 'failed';
    expect(/Nothing to do/.test(headline)).toBe(!asks);
    if (asks) expect(commandsIn(notice)).not.toEqual([]);
    expect(lines.join('\n')).not.toContain('RESOURCE');
  });

  test('leads to the page, the run, the runbook, and to the portal where there is a resource', () => {
    expect(urls('page')[0]).toMatch(/^https:\/\/sync\.contoso\.example\/ui(\/|$)/);
    expect(urls('run')).toEqual([`${page}/ui/runs/r-1`]);
    expect(urls('runbook')).toEqual([`${page}/ui/runbook#${anchor}`]);
    expect([...runbook]).toContain(anchor);
    const isAzure = ('target' in event && event.target === 'hub') || 'registry' in event;
    expect(urls('resource').length > 0).toBe(isAzure);
    for (const url of urls('resource')) {
      expect(url).toMatch(/^https:\/\/portal\.azure\.com\/#@\/resource\/subscriptions\/.+\/providers\/Microsoft\..+/);
    }
  });

  test('offers the answers of what waits, each on the page that asks again', () => {
    const waits =
      kind === 'hold-reminder' ||
      kind === 'target-reminder' ||
      (kind === 'hold-opened' && severity === 'needs-you') ||
      (kind === 'target-waits' && severity === 'needs-you') ||
      ('digest' in event &&
        /^(publication|source)/.test(kind) &&
        when !== 'a tag that is held by a target was set aside') ||
      (/was not accepted$/.test(when) && kind === 'source-freshness');
    expect(urls('answer').length > 0).toBe(waits);
    for (const url of urls('answer')) {
      expect(url).toMatch(/\/ui\/inbox\/[\w.%-]+\/(keep|remove|allow|block|approve|decline|accept)$/);
    }
  });

  test('names what stands behind the targets that it reaches', () => {
    if (!notice.targets.includes('hub')) return expect(lines.join('\n')).not.toContain('hub-policy');
    expect(lines.at(-1)).toMatch(/^Affects: .*hub \(ip-group, acr-1, hub-policy\).*registry contoso\.$/);
  });

  test('has only commands that there are', () => {
    const program = makeProgram();
    for (const command of commandsIn(notice).filter((one) => one.startsWith('npm'))) {
      const [name, ...words] = command.slice('npm run -s cli -- '.length).split(' ');
      const found = program.commands.find((one) => one.name() === name);
      if (!found) throw new Error(`no command ${name}: ${command}`);
      expect([...optionsOf(found), '--']).toEqual(expect.arrayContaining(words.filter((word) => word.startsWith('-'))));
    }
  });

  test('leads nowhere else, and with no secret', () => {
    for (const { url } of links) {
      const { host, search, username, password } = new URL(url);
      expect(['sync.contoso.example', 'portal.azure.com']).toContain(host);
      expect([search, username, password]).toEqual(['', '', '']);
    }
  });

  test('has its links in every channel', () => {
    const message = messageOf(notice);
    const { content } = emailOf(message, { from: 'a@contoso.example', to: ['b@contoso.example'] });
    const [card, block] = [JSON.stringify(teamsMessage(message)), JSON.stringify(slackMessage(message))];
    const event = cloudEvent(message, false) as { data: { links: unknown } };
    expect(event.data.links).toEqual(links);
    for (const { title, url } of links) {
      expect(card).toContain(JSON.stringify({ type: 'Action.OpenUrl', title, url }));
      expect(block).toContain(JSON.stringify(url));
      expect(content.html).toContain(`<a href="${url}">`);
      expect(content.plainText).toContain(`${title}: ${url}`);
    }
  });
});

describe.each(named.filter(([, { notice }]) => notice.severity === 'failed'))('[FAILED] %s', (_name, { notice }) => {
  test('has cause, steps in order, how to see that it is over, and what not to do', () => {
    const { lines } = notice;
    const at = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line));
    const order = [at(/^(Cause|Why|Found): /), at(/^1\) /), at(/^2\) /), at(/^Over when: `/), at(/^What not to do: /)];
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

test('every cause of a failure has an entry of its own in the runbook, and its notice leads there', () => {
  const led = all.filter(({ kind }) => kind === 'target-failed').map(({ notice }) => notice.runbook);
  expect([...new Set(led)].sort()).toEqual(failureCauses.map((cause) => `failed-${cause}`).sort());
});

test('the page has every entry of the runbook that a notice leads to', async () => {
  const text = await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  const shown = runbookMarkup(text);
  const ids = [...shown.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(all.flatMap(({ notice: { runbook: id } }) => (ids.includes(id) ? [] : [id]))).toEqual([]);
  expect(shown).toContain('GET /api/feeds/&lt;name&gt;');
});

test('without an address the entry of the runbook is told by its place, and no link is made up', () => {
  for (const { notice } of noticesFor({})) {
    expect(notice.links?.every(({ rel }) => rel === 'resource') ?? true).toBe(true);
    const message = messageOf(notice);
    const { content } = emailOf(message, { from: 'a@contoso.example', to: ['b@contoso.example'] });
    for (const text of [
      content.plainText,
      content.html,
      JSON.stringify([teamsMessage(message), slackMessage(message)]),
    ]) {
      expect(text).toContain(`docs/runbook.md#${notice.runbook}`);
    }
  }
});

test('addresses of the config come before that of the app', () => {
  const links = { page: 'https://sync.contoso.com/', runbook: 'https://wiki.contoso.com/firewalls' };
  const urls = noticesFor({ links }, page).flatMap(({ notice }) => notice.links?.map(({ url }) => url) ?? []);
  expect(urls.filter((url) => url.startsWith(page))).toEqual([]);
  expect(urls).toContain('https://sync.contoso.com/ui/runs/r-1');
  expect(urls).toContain('https://wiki.contoso.com/firewalls#failed-lock');
});

test.each([
  ['AzureGovernment', 'https://portal.azure.us/'],
  ['China', 'https://portal.azure.cn/'],
])('the portal of %s is its own', (cloud, portal) => {
  const urls = noticesFor({ cloud }, page).flatMap(({ notice }) => notice.links ?? []);
  for (const { rel, url } of urls) if (rel === 'resource') expect(url.startsWith(`${portal}#@/resource/`)).toBe(true);
});

test('docs/notices.md says of each what it says, where it leads and what to type', async () => {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  const rows = all.map(({ kind, when, notice }) => {
    const titles = (notice.links ?? []).map(({ rel, title }) => (rel === 'answer' ? `**${title}**` : title));
    const commands = [...new Set(commandsIn(notice))].map((command) => `\`${command}\``);
    return [
      `\`${notice.kind}\``,
      `${kind}${when === '' ? '' : `: ${when}`}`,
      firstLine(notice),
      [...titles.slice(0, -1), `[Runbook](runbook.md#${notice.runbook})`].join(', '),
      commands.length === 0 ? 'nothing' : commands.join('<br>'),
    ].map((text, index) => (index === 4 ? text : cell(text)));
  });
  const text = [
    '# Notices, one by one',
    '<!-- Written by `npx vitest run test/messages/leads-somewhere.test.ts -u` from an event of every kind. -->',
    'What each notice says, where it leads, and what to type where something is asked. Of answers (bold) each opens the page that shows what it would do; it acts when that is sent. Links to the page need its address: `links` in [the config](configuration.md), or the host name that Azure gives the app. [The runbook](runbook.md) has the rest.',
    [
      '| kind | about | first line | leads to | commands |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map((row) => `| ${row.join(' | ')} |`),
    ].join('\n'),
  ].join('\n\n');
  await expect(`${text}\n`).toMatchFileSnapshot('../../docs/notices.md');
});
