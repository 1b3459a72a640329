import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import project from '../../package.json' with { type: 'json' };

// The image is built where docker is to be had. What of it can be wrong by this project alone is held here.
const root = path.resolve(import.meta.dirname, '../..');
const lines = readFileSync(path.join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ').split('\n');
const given = (word: string) =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

test('each line is an instruction that Docker knows', () => {
  const unknown = lines.filter((line) => line !== '' && !/^(#|FROM|WORKDIR|COPY|RUN|ENV) ?/.test(line));
  expect(unknown).toEqual([]);
});

test('images have tags, and their Node.js is one that the project takes', () => {
  const [, wanted = ''] = /(\d+)/.exec(project.engines.node) ?? [];
  for (const image of given('FROM')) {
    const [, tag = ''] = /^\S+:(\S+)/.exec(image) ?? [];
    const [, major = ''] = /^(?:4-node)?(\d+)/.exec(tag) ?? [];
    expect(Number(major), image).toBeGreaterThanOrEqual(Number(wanted));
  }
});

test('what is copied from the project is there, and nothing of it is kept out', () => {
  const sources = given('COPY')
    .filter((one) => !one.startsWith('--from'))
    .flatMap((one) => one.split(' ').slice(0, -1));
  expect(sources.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  const ignored = readFileSync(path.join(root, '.dockerignore'), 'utf8').trim().split('\n');
  expect(sources.filter((file) => ignored.includes(file))).toEqual([]);
  expect(ignored).toEqual(expect.arrayContaining(['node_modules', '.git', 'local.settings.json']));
});

test('its scripts exist, and what they build is what the image gets', () => {
  const commands = given('RUN').flatMap((line) => /^npm run -s (\S+) -- --folder (\S+)$/.exec(line)?.slice(1, 3) ?? []);
  const scripts = new Set(Object.keys(project.scripts));
  expect(commands.filter((_, index) => index % 2 === 0).filter((name) => !scripts.has(name))).toEqual([]);
  const built = commands.filter((_, index) => index % 2 === 1);
  const taken = given('COPY').flatMap((line) => /^--from=build (\S+) /.exec(line)?.[1] ?? []);
  expect(taken.sort()).toEqual(built.sort());
});

test('the command is on the PATH by the file that the build writes', () => {
  expect(given('RUN').at(-1)).toBe('ln -s /opt/service-tag-sync/service-tag-sync.mjs /usr/local/bin/service-tag-sync');
});
