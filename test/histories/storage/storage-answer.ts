/** An answer of Storage that says no, in the shape in which the SDKs throw it. */
export class StorageAnswer extends Error {
  override name = 'RestError';
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string) {
    super(`${statusCode} ${code}`);
    this.statusCode = statusCode;
    this.code = code;
  }
}
