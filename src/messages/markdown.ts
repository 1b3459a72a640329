/** Text that Markdown shows as it is, on one line. */
export function escapedMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_<>|#[\]~]/g, (sign) => `\\${sign}`);
}
