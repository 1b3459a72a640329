import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import project from '../../package.json' with { type: 'json' };
import { releaseNotes, releasesIn } from '../../src/build/release-notes.ts';

const root = join(import.meta.dirname, '../..');
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const upgrade = readFileSync(join(root, 'docs/upgrade.md'), 'utf8');

test('the changelog begins with what is not released, then the version of package.json', () => {
  const [first, ...released] = releasesIn(changelog);
  expect(first).toMatchObject({ name: 'Unreleased', date: undefined });
  expect(released[0]?.name).toBe(project.version);
  for (const { name, date } of released) {
    expect(name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(date, name).toMatch(/^\d{4}-\d\d-\d\d$/);
    // What an operator has to do for it.
    expect(upgrade).toContain(`\n## To ${name}`);
  }
});

it.each([
  ['another tag', 'v0.2.0', '## 0.1.0 - 2026-01-01\n\ntext', 'expected the tag v0.1.0'],
  ['a tag without its v', '0.1.0', '## 0.1.0 - 2026-01-01\n\ntext', 'expected the tag v0.1.0'],
  ['no section', 'v0.1.0', '## Unreleased\n\ntext', 'got none'],
  ['no date', 'v0.1.0', '## 0.1.0\n\ntext', 'got one without them'],
  ['no text', 'v0.1.0', '## 0.1.0 - 2026-01-01\n\n## 0.0.9 - 2025-01-01\n\ntext', 'got one without them'],
])('refuses a release with %s', (_, tag, text, message) => {
  expect(() => releaseNotes(tag, '0.1.0', text)).toThrow(message);
});

it('has the section of its tag as its text, and nothing of others', () => {
  const text =
    '# Changelog\n\n## Unreleased\n\n- c\n\n## 0.1.0 - 2026-01-01\n\n### Added\n\n- b\n\n## 0.0.9 - 2025-01-01\n\n- a\n';
  expect(releaseNotes('v0.1.0', '0.1.0', text)).toBe('### Added\n\n- b\n');
});

// As the workflow makes it: from the lock file, and whole. `--omit dev` leaves out what packages for tests need as well.
test('the bill of materials names each package that is deployed, with its licence, and no registry', () => {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
  const text = execFileSync('npm', args, { cwd: root, encoding: 'utf8' });
  const { bomFormat, components } = JSON.parse(text);
  expect(bomFormat).toBe('CycloneDX');
  const deployed: { name: string; licenses?: object[] }[] = components.filter(
    ({ properties = [] }: { properties?: { name: string }[] }) =>
      !properties.some(({ name }) => name === 'cdx:npm:package:development'),
  );
  expect(deployed.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(project.dependencies)));
  expect(deployed.filter(({ licenses }) => !licenses?.length)).toEqual([]);
  expect(text).not.toMatch(/https?:\/\/(?!cyclonedx\.org)/);
});
