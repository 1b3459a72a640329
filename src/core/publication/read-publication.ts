import type { Catalog, Cloud, Issue } from './catalog.ts';
import { type KnownTags, type LeftOut, parseCatalog } from './parse.ts';
import type { Provenance, Publication } from './publication.ts';
import { parseFileName } from './publication.ts';

/** What is known of a file beside its bytes. */
interface FileOrigin {
  /** Name the bytes go by; the publication's date comes from it. */
  readonly file: string;
  readonly provenance: Provenance;
  /** ISO 8601; its date is used where the name has none. */
  readonly firstSeen: string;
}

/** A file that was read: `catalog` has its sound tags alone. What is left out is absent where nothing is. */
export interface FileRead extends Partial<LeftOut> {
  readonly publication: Publication;
  readonly catalog: Catalog;
}

type ReadResult =
  | ({ readonly ok: true } & FileRead & LeftOut)
  | {
      readonly ok: false;
      readonly issues: readonly Issue[];
      /** The sound tags, if nothing but its cloud is wrong with the file. */
      readonly catalog?: Catalog;
    };

/**
 * Parses a file and gives it its identity and date, or lists everything that is wrong with it as a whole, another cloud
 * included. Tags that cannot be believed are set aside. `known` as for parseCatalog().
 */
export function readPublication(
  bytes: Uint8Array,
  origin: FileOrigin,
  expectedCloud: Cloud,
  known?: KnownTags,
): ReadResult {
  const parsed = parseCatalog(bytes, known);
  if (!parsed.ok) return parsed;
  const { catalog, digest, valuesDigest, setAside, unnamed } = parsed;
  const name = parseFileName(origin.file);
  const issues = cloudIssues(catalog.cloud, name?.cloud, origin.file, expectedCloud);
  if (issues.length > 0) return { ok: false, issues, catalog };
  const publication: Publication = {
    cloud: catalog.cloud,
    digest,
    valuesDigest,
    changeNumber: catalog.changeNumber,
    file: origin.file,
    ...datedByName(origin.file, origin.firstSeen),
    bytes: bytes.length,
    provenance: origin.provenance,
  };
  return { ok: true, publication, catalog, setAside, unnamed };
}

function cloudIssues(content: Cloud, name: Cloud | undefined, file: string, expected: Cloud): Issue[] {
  const issues: Issue[] = [];
  if (content !== expected) {
    issues.push({
      path: 'cloud',
      expected: `"${expected}", the configured cloud`,
      got: `"${content}", another cloud's file`,
    });
  }
  if (name !== undefined && name !== content) {
    issues.push({ path: 'file name', expected: `the cloud of the content, "${content}"`, got: `"${name}" in ${file}` });
  }
  return issues;
}

/** The date in a file's name; else the day (of an ISO 8601 time) it was first seen, marked as estimated. */
export function datedByName(file: string, firstSeen: string): Pick<Publication, 'date' | 'dateEstimated'> {
  const name = parseFileName(file);
  return { date: name?.date ?? firstSeen.slice(0, 10), dateEstimated: name?.date === undefined };
}
