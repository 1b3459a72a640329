const QUOTE = 34;
const BACKSLASH = 92;

/** An object or array that the walk is inside of. */
interface Frame {
  /** Properties seen; undefined for an array. */
  readonly keys: Set<string> | undefined;
  /** The property or index the walk is at; undefined where a property name comes next. */
  at: string | number | undefined;
}

/**
 * Paths of properties that stand twice in one object of a valid JSON text. `JSON.parse` keeps the last of them without a
 * word, so the same bytes would mean different prefixes to different readers. `value` is what it made of the text.
 */
export function duplicateProperties(text: string, value: unknown): string[] {
  return everyStringSurvived(text, value) ? [] : walk(text);
}

/**
 * A text has two quotes for every string and one for every escaped quote, and a dropped property takes at least its name
 * along. So counting quotes clears an official file at a fraction of what a walk costs.
 */
function everyStringSurvived(text: string, value: unknown): boolean {
  let quotes = 0;
  for (let i = text.indexOf('"'); i >= 0; i = text.indexOf('"', i + 1)) quotes++;
  return quotes === 2 * countStrings(value);
}

function countStrings(value: unknown): number {
  if (typeof value === 'string') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countStrings(item);
  } else {
    for (const item of Object.values(value)) count += 1 + countStrings(item);
  }
  return count;
}

function walk(text: string): string[] {
  const found: string[] = [];
  const frames: Frame[] = [];
  let frame: Frame | undefined;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x7b: // {
        frame = { keys: new Set(), at: undefined };
        frames.push(frame);
        break;
      case 0x5b: // [
        frame = { keys: undefined, at: 0 };
        frames.push(frame);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        frames.pop();
        frame = frames.at(-1);
        break;
      case 0x2c: // ,
        if (frame !== undefined) frame.at = frame.keys === undefined ? (frame.at as number) + 1 : undefined;
        break;
      case QUOTE: {
        const end = endOfString(text, i);
        if (frame?.keys !== undefined && frame.at === undefined) {
          const key = text.slice(i, end + 1);
          frame.at = key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1);
          if (frame.keys.has(frame.at)) found.push(pathOf(frames));
          frame.keys.add(frame.at);
        }
        i = end;
        break;
      }
    }
  }
  return found;
}

/** Index of the quote that ends the string whose opening quote is at `start`. */
function endOfString(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === QUOTE) break;
    if (code === BACKSLASH) end++;
  }
  return end;
}

function pathOf(frames: readonly Frame[]): string {
  return frames.map(({ keys, at }, i) => (keys === undefined ? `[${at}]` : i === 0 ? at : `.${at}`)).join('');
}
