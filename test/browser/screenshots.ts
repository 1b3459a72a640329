import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { startAzurite } from '../../src/local/azurite.ts';
import { haveBrowser, noBrowser, openBrowser } from './open-browser.ts';
import { openStory } from './story.ts';

// `npm run screenshots`: the pictures of the page in README and docs, of the weeks that test/browser/story.ts plays.

const folder = path.join(import.meta.dirname, '../../docs/images');

const views = (struck: string) =>
  [
    { name: 'inbox', path: '/ui', height: 760 },
    { name: 'tag', path: `/ui/tags/Storage.${struck}`, height: 820 },
    { name: 'regions', path: '/ui/tags/regions/Storage', height: 820 },
    { name: 'approve', path: '/ui/inbox/spoke/approve', height: 900 },
    { name: 'phone', path: `/ui/tags/Storage.${struck}`, height: 844, width: 390, colorScheme: 'dark' },
  ] as const;

if (!haveBrowser) throw new Error(noBrowser);
await mkdir(folder, { recursive: true });
const azurite = await startAzurite({});
const story = await openStory(azurite.connectionString, { instance: 'contoso' });
const browser = await openBrowser();
try {
  for (const { name, path: at, height, ...form } of views(story.struck)) {
    const { width, colorScheme } = { width: 1200, colorScheme: 'light' as const, ...form };
    const context = await browser.newContext({ colorScheme, viewport: { width, height } });
    const page = await context.newPage();
    await page.goto(story.link);
    await page.goto(`${story.url}${at}`, { waitUntil: 'networkidle' });
    const file = path.join(folder, `${name}.png`);
    await page.screenshot({ path: file });
    process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
    await context.close();
  }
} finally {
  await browser.close();
  await story.close();
  await azurite.close();
}
