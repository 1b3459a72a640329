import { writeFile } from 'node:fs/promises';
import { knownKinds } from '../config/load.ts';
import { type Block, describeApi } from '../http/describe-api.ts';
import { openApi } from '../http/openapi.ts';
import { routes } from '../http/routes.ts';
import { generatedDocs, grid, origin, page } from './docs.ts';
import { incidentPictures } from './incident.ts';

/** Text of docs/http-api.md: the description of the API, as GET /api/docs shows it. */
export async function httpApiPage(): Promise<string> {
  return page(
    '# HTTP API',
    origin,
    'Each route: who may call it, what it takes, and what it answers. `GET /api/openapi.json` is the same as an OpenAPI 3.1 document, `GET /api/docs` as a page. How to ask, with examples: [asking](asking.md). Who gets which role: [deployment](deployment.md). How to add a route: [adding-a-route.md](adding-a-route.md).',
    ...describeApi(await openApi(routes)).map(markdownOf),
  );
}

function markdownOf(block: Block): string {
  if (block.kind === 'text') return block.text;
  if (block.kind === 'heading') return `${'#'.repeat(block.level)} ${block.text}`;
  return grid(block.heads, block.rows);
}

// npm run docs: writes the files under docs/ that follow from the code.
if (import.meta.main) {
  const root = new URL('../../', import.meta.url);
  const pages = [...generatedDocs(knownKinds), ['docs/http-api.md', await httpApiPage()] as const];
  for (const [path, text] of [...pages, ...incidentPictures()]) {
    await writeFile(new URL(path, root), text);
  }
}
