import { writeFile } from 'node:fs/promises';
import { knownKinds } from '../config/load.ts';
import { generatedDocs } from './docs.ts';
import { httpApiPage } from './http-docs.ts';

// Command: writes the files under docs/ that follow from the code.
const root = new URL('../../', import.meta.url);
for (const [path, text] of [...generatedDocs(knownKinds), ['docs/http-api.md', await httpApiPage()] as const]) {
  await writeFile(new URL(path, root), text);
}
