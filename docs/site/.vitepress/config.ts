import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type MarkdownRenderer } from 'vitepress';
import { documents, groupsOf, type Link, pagesBelow, placeInSite, project, slugOf, targetOf } from '../documents.ts';

const pages = new Set(documents());
const read = (file: string) => readFileSync(path.join(project, file), 'utf8');

/** Files that are no pages and that readers take with them, as they are. */
const files = ['docs/service-tag-sync.schema.json', ...examples().map((name) => `docs/examples/${name}`)];

/** Where files of the repository can be seen, with a slash at its end; without it they are named and not linked. */
const repository = process.env.DOCS_REPOSITORY;

export default defineConfig({
  title: 'service-tag-sync',
  description:
    'Keeps IP-based allow-lists for Azure Container Registry in step with the Service Tags that Microsoft publishes.',
  base: process.env.DOCS_BASE || '/',
  // No picture of its own: without this line browsers ask for one.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  srcDir: '../..',
  srcExclude: ['!(docs|*.md)/**', 'docs/site/**'],
  outDir: 'dist',
  cacheDir: 'node_modules/.vitepress',
  rewrites: placeInSite,
  markdown: { anchor: { slugify: slugOf }, config: extend },
  themeConfig: {
    search: { provider: 'local', options: { miniSearch: { searchOptions: { boostDocument } } } },
    sidebar: [
      { text: 'What it is, and when not to use it', link: '/about' },
      ...groupsOf(read('docs/README.md')).map(({ title, links }) => ({ text: title, items: links.map(sidebarItem) })),
    ],
    outline: { level: [2, 3] },
  },
  vite: {
    // Mermaid's parts, each loaded by pages with a diagram alone.
    build: { chunkSizeWarningLimit: 2_000 },
    plugins: [
      {
        // Vite looks for packages beside the pages. Theirs are here, and Node finds them from the bundle that renders the pages.
        name: 'packages-of-the-site',
        enforce: 'pre',
        resolveId(id, _importer, { ssr }) {
          return ssr && /^(vue|mermaid)(\/|$)/.test(id) ? { id, external: true } : undefined;
        },
      },
    ],
  },
  buildEnd({ outDir }) {
    for (const file of files) {
      const to = path.join(outDir, file.replace(/^docs\//, ''));
      mkdirSync(path.dirname(to), { recursive: true });
      copyFileSync(path.join(project, file), to);
    }
  },
});

/** Pages that are written from the code, or about the past, stand behind those that say what to do. It runs in the browser. */
function boostDocument(id: string): number {
  return /\/(http-api|notices|changelog|decisions\/)/.test(id) ? 0.4 : 1;
}

function examples(): string[] {
  return readdirSync(path.join(project, 'docs/examples')).filter((name) => name.endsWith('.json'));
}

function sidebarItem({ text, file }: Link): object {
  const link = addressOf(file);
  if (!file.endsWith('/README.md')) return { text, link };
  const items = pagesBelow(file).map((page) => ({ text: page.text, link: addressOf(page.file) }));
  return items.length === 0 ? { text, link } : { text, link, collapsed: true, items };
}

function addressOf(page: string): string {
  return `/${placeInSite(page).replace(/(index)?\.md$/, '')}`;
}

function extend(md: MarkdownRenderer): void {
  md.core.ruler.before('normalize', 'more', (state) => {
    state.src += moreOf(pageOf(state.env));
  });
  md.core.ruler.before('normalize', 'terms', (state) => {
    if (pageOf(state.env) === 'docs/glossary.md') state.src = termsOf(state.src);
  });
  // Links are written for readers of the repository: relative, to files.
  md.core.ruler.after('inline', 'links', (state) => {
    const page = pageOf(state.env);
    for (const { children } of state.tokens) {
      for (const [at, token] of (children ?? []).entries()) {
        if (token.type !== 'link_open') continue;
        const href = placeOf(String(token.attrGet('href') ?? ''), page);
        if (href !== undefined) token.attrSet('href', href);
        else unlink(children ?? [], at);
      }
    }
  });
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const token = tokens[index];
    if (token?.info.trim() === 'mermaid') return `<FlowDiagram source="${encodeURIComponent(token.content)}" />`;
    return fence?.(tokens, index, ...rest) ?? '';
  };
}

/** What a page has in the site beside its text: the examples themselves, so that they are shown and found. */
function moreOf(page: string): string {
  if (page !== 'docs/examples/README.md') return '';
  return examples()
    .map((name) => `\n## ${name}\n\n\`\`\`jsonc\n${read(`docs/examples/${name}`)}\`\`\`\n`)
    .join('');
}

/** The table of the glossary as a section a term: the search finds sections, and each has an address. */
function termsOf(glossary: string): string {
  return glossary
    .replace(/^\| (term|---) \|.*\n/gm, '')
    .replace(/^\| ([^|]+) \| ([^|]+) \|(?: ([^|]+) \|)?$/gm, (_, term, means, field) => {
      const there = field === undefined ? '' : `\n\nIn Azure or networking: ${field}.`;
      return `## ${term}\n\n${means}.${there}\n`;
    });
}

/** The page that is rendered, by its path in the project. */
function pageOf(env: { readonly realPath?: string; readonly path?: string }): string {
  return path
    .relative(project, env.realPath ?? env.path ?? '')
    .split(path.sep)
    .join('/');
}

/** Where a link leads in the site; undefined: nowhere. Throws for a file that does not exist. */
function placeOf(href: string, page: string): string | undefined {
  const target = targetOf(href, page);
  if (target === undefined) return href;
  const { file, anchor } = target;
  if (pages.has(file)) return `${file === page && anchor !== '' ? '' : addressOf(file)}${anchor}`;
  if (!existsSync(path.join(project, file))) throw new Error(`${page} links to ${href}, which does not exist`);
  if (files.includes(file)) return `/${file.replace(/^docs\//, '')}`;
  return repository === undefined ? undefined : `${repository}${file}${anchor}`;
}

/** Leaves the words of a link and takes the link away. */
function unlink(tokens: { type: string; tag: string; hidden: boolean }[], open: number): void {
  const close = tokens.findIndex(({ type }, at) => at > open && type === 'link_close');
  for (const at of [open, close]) {
    const token = tokens[at];
    if (token !== undefined) Object.assign(token, { type: 'text', tag: '', content: '' });
  }
}
