/** Writes into room that was made before. It must hold all that will be written. */
export class ByteWriter {
  readonly #room: Uint8Array;
  #end = 0;

  /** @param size bytes of all that will be written. */
  constructor(size: number) {
    this.#room = Buffer.allocUnsafe(size);
  }

  /** How many bytes are written. */
  get end(): number {
    return this.#end;
  }

  put(byte: number): void {
    this.#room[this.#end++] = byte;
  }

  /** Writes another byte in place of the last one. */
  replaceLast(byte: number): void {
    this.#room[this.#end - 1] = byte;
  }

  /** Writes source[from..to). A loop: most texts are short, and a call into memory copying costs more than they do. */
  copy(source: Uint8Array, from = 0, to = source.length): void {
    const room = this.#room;
    let end = this.#end;
    for (let i = from; i < to; i++) room[end++] = source[i] as number;
    this.#end = end;
  }

  /** Writes bytes of `source` from `from` on for as long as `isTaken` is 1 for them; where it stopped. */
  copyWhile(isTaken: Uint8Array, source: Uint8Array, from: number): number {
    const room = this.#room;
    let end = this.#end;
    let i = from;
    for (let byte = source[i] as number; isTaken[byte] === 1; byte = source[++i] as number) room[end++] = byte;
    this.#end = end;
    return i;
  }

  /** What was written from `from` to `to`, not copied. */
  view(from: number, to: number): Uint8Array {
    return this.#room.subarray(from, to);
  }
}
