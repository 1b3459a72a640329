import { marked, visible } from '../core/visible-text.ts';

/** Text that Markdown shows as it is, on one line. */
export function escapedMarkdown(text: string): string {
  return visible(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_<>|#[\]~]/g, (sign) => `\\${sign}`);
}

/**
 * Rows as CSV (RFC 4180: CRLF, quotes only where needed). No cell is a formula: names in Azure and in the config are
 * foreign text, and spreadsheets run what begins like one (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(given: string): string {
  const text = marked(given);
  const plain = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
