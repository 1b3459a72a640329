import Table from 'cli-table3';
import colors from 'picocolors';

/** A table for a terminal. Columns whose heads stand in `numeric` are aligned at the right. */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly string[] = [],
): string {
  const table = new Table({
    head: head.map((text) => colors.bold(text)),
    colAligns: head.map((text) => (numeric.includes(text) ? 'right' : 'left')),
    // Colours come from picocolors alone, which knows when there must be none.
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}
