import type { TestProject } from 'vitest/node';
import { buildForSuites } from './bundle-of-suites.ts';

export default async function setup(project: TestProject): Promise<void> {
  const { testFiles } = await project.globTestFiles();
  await buildForSuites(testFiles);
}
