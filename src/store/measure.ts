import type { Stored } from '../ports/retention.ts';
import type { StorageClients } from './connect.ts';
import { blobPathOf, partitionOf, type Scope } from './keys.ts';
import { saysAbsent } from './requests.ts';

/** What one instance stores in one cloud, by kind, the largest first. Reads every row, and lists every blob. */
export async function measureScope({ table, container }: StorageClients, scope: Scope): Promise<readonly Stored[]> {
  const found = new Map<string, Stored>();
  const add = (kind: string, bytes: number, written: string): void => {
    const { count = 0, bytes: before = 0, oldest = written } = found.get(kind) ?? {};
    found.set(kind, { kind, count: count + 1, bytes: before + bytes, oldest: written < oldest ? written : oldest });
  };
  try {
    const start = partitionOf(scope);
    const filter = `PartitionKey ge '${start}|' and PartitionKey lt '${start}}'`;
    for await (const { partitionKey = '', rowKey = '', timestamp = '', ...rest } of table.listEntities({
      queryOptions: { filter },
    })) {
      const [, , kind = ''] = partitionKey.split('|');
      const [part = ''] = rowKey.split('|');
      const bytes = Object.values(rest).reduce<number>((sum, one) => sum + String(one).length, 0);
      add(`row ${kind === 'run' ? part : kind}`, bytes, new Date(timestamp).toISOString());
    }
    const folder = blobPathOf(scope, '', '', '').replace(/\/+$/, '/');
    for await (const { name, properties } of container.listBlobsFlat({ prefix: folder })) {
      const [kind = ''] = name.slice(folder.length).split('/');
      add(`blob ${kind}`, properties.contentLength ?? 0, properties.lastModified.toISOString());
    }
  } catch (error) {
    if (!saysAbsent(error)) throw error;
  }
  return [...found.values()].sort((a, b) => b.bytes - a.bytes);
}
