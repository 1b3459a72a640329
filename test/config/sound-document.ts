/** A sound document with some members replaced. */
export function document(changes: Record<string, unknown> = {}): string {
  const sound = {
    schema: 1,
    instance: 'contoso',
    cloud: 'Public',
    lists: { west: { tags: ['Storage.WestUS'] } },
    targets: { hub: { kind: 'box4', mode: 'sync', list: 'west', box: 'b1' } },
  };
  return JSON.stringify({ ...sound, ...changes });
}

/** A sound target with some members replaced. */
export const target = (changes: Record<string, unknown>) => ({
  kind: 'box4',
  mode: 'sync',
  list: 'west',
  box: 'b1',
  ...changes,
});
