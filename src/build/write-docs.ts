import { writeFile } from 'node:fs/promises';
import { knownKinds } from '../config/load.ts';
import { generatedDocs } from './docs.ts';

// Command: writes the files under docs/ that follow from the code.
const root = new URL('../../', import.meta.url);
for (const [path, text] of generatedDocs(knownKinds)) {
  await writeFile(new URL(path, root), text);
}
