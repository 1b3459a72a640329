import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { haveBrowser, noBrowser, openBrowser } from './open-browser.ts';
import { openStory, type Story } from './story.ts';

// The page of the built app in a real browser, over a real store and a simulated ARM, after the weeks of an incident.

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(!haveBrowser)(`the page${haveBrowser ? '' : ` (${noBrowser})`}`, () => {
  let browser: Browser;
  let story: Story;
  let page: Page;
  /** What the browser complained of: errors of a page, of its policy, of what it could not load. */
  const complaints: string[] = [];

  beforeAll(async () => {
    [browser, story] = [await openBrowser(), await openStory(inject('azurite'))];
    page = await browser.newPage();
    page.on('console', (message) => complaints.push(`${page.url()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
    page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
    await page.goto(story.link);
  });
  afterAll(async () => {
    await browser?.close();
    await story?.close();
  });

  const title = () => page.getByRole('heading', { level: 1 }).textContent();
  const link = (name: string | RegExp) => page.getByRole('link', { name });
  const view = (name: string) => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  /** Works off what was asked for, and waits until the page of the run has seen it. */
  async function runIsOver(): Promise<void> {
    await story.world.drain();
    await page.getByText('What happened').waitFor();
    await page.reload();
    expect(await page.getByText('It is not over').count()).toBe(0);
  }

  test('the first screen says what waits, and how the incident stands', async () => {
    expect(await title()).toMatch(/^Inbox of /);
    await page.getByText('spoke waits to add').first().waitFor();
    // Rules by their names are for the runbook: each reason leads to its own there.
    expect(await page.getByRole('main').textContent()).not.toMatch(/\[[a-z-]+\]|no-change/);
    const rule = await link(/^Runbook: /)
      .first()
      .getAttribute('href');
    await page.goto(`${story.url}${rule}`);
    expect(await page.locator(`[id="${rule?.replace(/^.*#/, '')}"]`).textContent()).toBe(
      rule?.replace(/^.*#rule-/, ''),
    );
    await page.goBack();
    await view('Tags').click();
    await link(`Storage.${story.struck}`).click();
    expect(await title()).toBe(`Storage.${story.struck}`);
    const chart = page.getByRole('img', { name: `IPv4 addresses of Storage.${story.struck} over time` });
    await page.getByText('IPv4 addresses in numbers').click();
    await page.getByRole('columnheader', { name: 'Came back' }).first().waitFor();
    const { points } = await (await story.world.desk()).tagHistory(`Storage.${story.struck}`, {});
    expect(Math.max(...points.map(({ held }) => Number(held?.ipv4 ?? 0)))).toBeGreaterThan(0);
    // Throws for one that is broken.
    await chart.evaluate((image) =>
      'decode' in image && typeof image.decode === 'function' ? image.decode() : undefined,
    );
  });

  test('a part is approved: what it does first, then a reason, then the run that writes it', async () => {
    await page.goto(`${story.url}/ui/inbox/spoke`);
    await link('Approve').click();
    expect(await title()).toBe('Approve: spoke');
    expect(await story.world.decisions()).toEqual([]);
    await page.getByLabel('Reason').fill('agreed with the network team');
    await press('Approve');
    expect(await title()).toMatch(/^Run /);
    await runIsOver();
    expect((await story.world.live('spoke')).length).toBeGreaterThan(10);
    const [decision] = await story.world.decisions();
    expect(decision).toMatchObject({ kind: 'approve', by: { name: 'on call', how: 'claimed' } });
  });

  test('a part is declined, and nothing of it is written', async () => {
    await page.goto(`${story.url}/ui/inbox/test/decline`);
    await page.getByLabel('Reason').fill('this group is retired');
    await press('Decline');
    await runIsOver();
    expect(await story.world.live('test')).toEqual([]);
    await page.goto(`${story.url}/ui`);
    await page.getByText('All is well').waitFor();
  });

  test('a dry run shows what a run would do and records nothing; a run leads to its page', async () => {
    await view('Control').click();
    await story.world.writes();
    await press('Dry run');
    await page.getByText('Nothing was changed and nothing was recorded').waitFor();
    expect(await story.world.writes()).toEqual([]);
    await view('Control').click();
    await press('Run now');
    await runIsOver();
    await page.getByText('no change').first().waitFor();
  });

  test('a pause is recorded and taken back', async () => {
    await page.goto(`${story.url}/ui/control/pause?target=hub`);
    await page.getByLabel('Until').fill('12h');
    await press('Show what it would do');
    await page.getByText('is not recorded').first().waitFor();
    await page.getByLabel('Reason').fill('firewall upgrade');
    await press('Pause');
    await runIsOver();
    await page.goto(`${story.url}/ui/targets`);
    await page.getByRole('row', { name: /hub/ }).getByText('paused').waitFor();
    await page.goto(`${story.url}/ui/control/resume`);
    await page.getByLabel('Target').selectOption('hub');
    await press('Show what it would do');
    await page.getByLabel('Reason').fill('upgraded');
    await press('Resume');
    await runIsOver();
  });

  test('a form without its reason, or that cannot be taken, says so', async () => {
    await page.goto(`${story.url}/ui/control/pin`);
    await page.getByLabel('Publication').fill('1');
    await page.getByLabel('Until').fill('yesterday');
    await press('Show what it would do');
    await page.getByText('expected a date').waitFor();
    // Without its reason the browser does not even send it.
    await page.goto(`${story.url}/ui/control/pause`);
    await press('Pause');
    expect(await page.getByLabel('Reason').evaluate((field) => field.matches(':invalid'))).toBe(true);
  });

  test('changes lead to why a range is allowed', async () => {
    await view('Changes').click();
    await page.getByLabel('Target').fill('spoke');
    await press('Show');
    expect(page.url()).toContain('target=spoke');
    await page.locator('td a code').first().click();
    expect(await title()).toMatch(/^Why /);
    await page.getByText('agreed with the network team').first().waitFor();
  });

  test('the feed serves what its target holds', async () => {
    const answer = await fetch(`${story.url}/api/feeds/branches`, {
      headers: { 'x-functions-key': 'the key of the feed' },
    });
    const served = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(served.sort()).toEqual((await story.world.live('branches')).sort());
  });

  test('the browser complained of nothing', () => {
    expect(complaints.filter((text) => !text.includes('status of 400'))).toEqual([]);
  });

  // The markup is the same in each: what depends on colours and sizes is looked at once more.
  const forms = [
    { colorScheme: 'light', width: 1440, rules: {} },
    {
      colorScheme: 'dark',
      width: 390,
      rules: { runOnly: ['color-contrast', 'target-size', 'scrollable-region-focusable'] },
    },
  ] as const;

  test('every view is accessible, wide and light, narrow and dark, and nothing sticks out', async () => {
    // axe is a script, which the policy of the page forbids.
    const context = await browser.newContext({ bypassCSP: true });
    const own = await context.newPage();
    await own.goto(story.link);
    for (const path of await paths()) {
      await own.goto(`${story.url}${path}`);
      await own.evaluate(axe);
      for (const { colorScheme, width, rules } of forms) {
        await own.emulateMedia({ colorScheme });
        await own.setViewportSize({ width, height: 900 });
        const options = JSON.stringify({ ...rules, resultTypes: ['violations'] });
        const found = await own.evaluate<object>(`axe.run(document, ${options}).then(({ violations }) => ({
          violations: violations.map(({ id, nodes }) => id + ': ' + nodes[0].html),
          beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        }))`);
        expect({ path, width, ...found }).toEqual({ path, width, violations: [], beyond: 0 });
      }
    }
    await context.close();
  });

  async function paths(): Promise<string[]> {
    const operator = await story.world.desk();
    const { runs } = await operator.runs({ most: 1 });
    const run = encodeURIComponent(runs[0]?.run ?? '');
    const [newest] = await operator.publications();
    return [
      '/ui',
      '/ui/targets',
      '/ui/targets/hub',
      '/ui/changes',
      '/ui/tags',
      `/ui/tags/Storage.${story.struck}`,
      '/ui/tags/regions/Storage',
      '/ui/control/pause?target=hub',
      '/ui/runs',
      `/ui/runs/${run}`,
      `/ui/plans/${run}/test`,
      '/ui/publications',
      `/ui/publications/${newest?.digest}`,
      '/ui/why?address=20.60.4.1',
      '/ui/control',
      '/ui/control/pin',
      '/ui/runbook',
      '/ui/sign-in',
      '/ui/nothing',
    ];
  }

  test('it works by keyboard alone: the first key leads past the head', async () => {
    await page.goto(`${story.url}/ui`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#main$/);
  });

  test('a sign-out ends the session', async () => {
    await page.goto(`${story.url}/ui`);
    await press('Sign out');
    await page.goto(`${story.url}/ui/runs`);
    expect(await title()).toBe('Sign in');
  });
});
