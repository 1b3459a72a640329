import type { ByteWriter } from './byte-writer.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
/** By byte: 1 for what stands for itself in a string. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte <= 0x7e && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);
/** What a document is measured by before it is parsed: see json-bounds.ts. */
const counted = /[,[{]/;

/** Reads the plainest JSON from bytes: what it does not take may be JSON all the same, and is for a real parser to judge. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;
  #commas = 0;
  #from = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** How many commas have been passed by takesComma(). */
  get commas(): number {
    return this.#commas;
  }

  /** Where the string or number begins that was passed last: behind its quote, if it has one. */
  get from(): number {
    return this.#from;
  }

  /** Where the reader stands: right behind what was passed last. */
  get at(): number {
    return this.#at;
  }

  /** Goes behind white space and this sign; false, and no sign is passed, if another one comes. */
  takes(sign: number): boolean {
    this.#skipSpace();
    if (this.#bytes[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  /** takes() of a comma: another value follows. */
  takesComma(): boolean {
    if (!this.takes(COMMA)) return false;
    this.#commas++;
    return true;
  }

  /** Goes behind white space and these signs; false if others come. */
  takesAll(signs: Uint8Array): boolean {
    this.#skipSpace();
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < signs.length; i++) if (bytes[at++] !== signs[i]) return false;
    this.#at = at;
    return true;
  }

  /** Whether nothing but white space is left. */
  isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#bytes.length;
  }

  /** Goes behind white space and a string of printable ASCII without escapes; false for anything else. */
  passString(): boolean {
    this.#skipSpace();
    const bytes = this.#bytes;
    let at = this.#at;
    if (bytes[at] !== QUOTE) return false;
    this.#from = ++at;
    while (isPlain[bytes[at] as number] === 1) at++;
    if (bytes[at] !== QUOTE) return false;
    this.#at = at + 1;
    return true;
  }

  /** passString() that writes the string to `out` on the way, with its quotes. */
  copyString(out: ByteWriter): boolean {
    this.#skipSpace();
    const bytes = this.#bytes;
    if (bytes[this.#at] !== QUOTE) return false;
    out.put(QUOTE);
    this.#from = this.#at + 1;
    const end = out.copyWhile(isPlain, bytes, this.#from);
    if (bytes[end] !== QUOTE) return false;
    out.put(QUOTE);
    this.#at = end + 1;
    return true;
  }

  /** Such a string, without commas and opening brackets; undefined for anything else. */
  text(): string | undefined {
    if (!this.passString()) return undefined;
    const text = this.#bytes.toString('latin1', this.#from, this.#at - 1);
    return counted.test(text) ? undefined : text;
  }

  /** A whole number of at most 15 digits, behind white space; -1 for anything else. */
  number(): number {
    this.#skipSpace();
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    let value = 0;
    for (; ; at++) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const digits = at - from;
    if (digits === 0 || digits > 15 || (digits > 1 && bytes[from] === 0x30)) return -1;
    this.#from = from;
    this.#at = at;
    return value;
  }

  #skipSpace(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
    this.#at = at;
  }
}
