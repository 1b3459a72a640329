/**
 * Signs that a reader does not see and a terminal, a mail program or a browser obeys: control characters (C0, C1, DEL) and
 * marks that turn the direction of a text. Line breaks and tabs are none of them.
 */
const hidden = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/u;
const everyHidden = new RegExp(hidden.source, 'gu');
const breaks = /[\t\n\r\u0085\u2028\u2029]+/gu;

/** The first hidden sign of a text, by its number, `U+001B`; undefined if it has none. */
export function hiddenIn(text: string): string | undefined {
  const sign = hidden.exec(text)?.[0].codePointAt(0);
  return sign === undefined ? undefined : `U+${sign.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * A text as it may be shown: on one line, and with a mark (U+FFFD) in the place of every hidden sign, so that a reader sees
 * that there was one. Texts of a publication, of Azure and of people all hold what others wrote.
 */
export function visible(text: string): string {
  return marked(text.replace(breaks, ' '));
}

/** The same, cut behind `most` characters. */
export function visibleStart(text: string, most: number): string {
  return visible(text.length > most ? `${text.slice(0, most)}…` : text);
}

/** A text with a mark in the place of every hidden sign, and with its line breaks: for what has room for them, such as a cell in quotes. */
export function marked(text: string): string {
  return text.replace(everyHidden, '\ufffd');
}

/** Plain data with every text in it as visible() gives it, names of properties left as they are. */
export function visibleIn<T>(value: T): T;
export function visibleIn(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map((item) => visibleIn<unknown>(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, visibleIn<unknown>(item)]));
}
