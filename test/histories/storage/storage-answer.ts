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

  /** Without a stack: most of these only say that there is no such row, and are thrown by the thousand. */
  static of(statusCode: number, code: string): StorageAnswer {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const answer = new StorageAnswer(statusCode, code);
    Error.stackTraceLimit = stackTraceLimit;
    return answer;
  }
}
