import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RunView } from '../../src/run/service.ts';
import type { BackupLine } from '../../src/store/backup.ts';

/** What one version stored, as it stored it, and what lay around it: `test/fixtures/stored/<version>.ndjson.gz`. */
export interface StoredVersion {
  readonly around: Around;
  readonly backup: readonly BackupLine[];
}

/** What a run over the same state needs to see the same world. */
export interface Around {
  readonly config: object;
  /** ISO 8601 time of the last run. */
  readonly now: string;
  /** Text of the file that the last run looked at. */
  readonly publication: string;
  /** Resources of the simulated Resource Manager, by id. */
  readonly arm: Readonly<Record<string, object>>;
  readonly status: RunView['status'];
  /** Sums that a reader of the state must find again. */
  readonly found: Readonly<Record<string, number>>;
}

export function packStored({ around, backup }: StoredVersion): Buffer {
  return gzipSync([around, ...backup].map((line) => `${JSON.stringify(line)}\n`).join(''), { level: 9 });
}

export function readStored(file: string): StoredVersion {
  const [around, ...backup] = gunzipSync(readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { around, backup };
}
