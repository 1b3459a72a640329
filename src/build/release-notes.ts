import { readFileSync } from 'node:fs';
import project from '../../package.json' with { type: 'json' };
import { UsageError } from '../core/errors.ts';

/** One section of the changelog: what a version brought. */
export interface Release {
  /** `Unreleased`, or a version such as `1.2.3`. */
  readonly name: string;
  /** ISO 8601 date; undefined while it is not released. */
  readonly date: string | undefined;
  /** Markdown below the heading, without blank lines around it. */
  readonly text: string;
}

/** The sections of a changelog in their order, newest first (https://keepachangelog.com/en/1.1.0/). */
export function releasesIn(changelog: string): Release[] {
  const [, ...sections] = changelog.split(/^## (?=\S)/m);
  return sections.map((section) => {
    const [head = '', ...lines] = section.split('\n');
    const [name = '', date] = head.trim().split(' - ');
    return { name, date, text: lines.join('\n').trim() };
  });
}

/**
 * The text of the release that a tag names. Throws UsageError where the tag is not that of the version in package.json, or
 * the changelog has no section with a date and a text for it.
 */
export function releaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) {
    throw new UsageError(`expected the tag v${version}, which package.json has as its version, got ${tag}`);
  }
  const release = releasesIn(changelog).find(({ name }) => name === version);
  if (release?.date === undefined || release.text === '') {
    throw new UsageError(
      `expected a section "## ${version} - YYYY-MM-DD" with a text in CHANGELOG.md, got ${release === undefined ? 'none' : 'one without them'}. Rename what is under Unreleased (docs/releasing.md).`,
    );
  }
  return `${release.text}\n`;
}

// Command `npm run release:notes [-- TAG]`: prints the text of a release; exit code 2 where it is not ready.
if (import.meta.main) {
  try {
    const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
    process.stdout.write(releaseNotes(process.argv[2] ?? `v${project.version}`, project.version, changelog));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
