import path from 'node:path';

/** The line that starts the local service over a data folder, with its config where that is known. */
export function startCommand(folder: string, configFile: string | undefined): string {
  if (configFile === undefined) return `npm start -- --data ${folder}`;
  const below = path.relative(process.cwd(), configFile);
  return `npm start -- --data ${folder} --config ${below.startsWith('..') ? configFile : below}`;
}
