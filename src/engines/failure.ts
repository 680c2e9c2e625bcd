/** What a server's "no" means, whatever its number for it. */
export type FailureKind =
  /** Waited for a lock longer than lock_timeout allows. */
  | 'lock-timeout'
  /** Must not stand in a transaction block. Nothing has happened. */
  | 'not-in-transaction'
  /** Ended its transaction, which a transaction block does not let it do. */
  | 'commits'
  /** Ended because someone asked the server to. */
  | 'cancelled'
  /** Deadlock or serialization failure: the same again may succeed. */
  | 'again'
  | 'privilege'
  /** What it is about is not there. */
  | 'missing'
  /** What it would make is there. */
  | 'exists'
  | 'other';

/** The server refused a statement; the session lives on. */
export class SqlFailure extends Error {
  override readonly name = 'SqlFailure';
  readonly kind: FailureKind;
  readonly code: string;
  readonly detail?: string;
  readonly serverHint?: string;
  /** 1-based, in code points of the statement that was sent. */
  readonly position?: number;
  /** The server's call stack within functions. */
  readonly context?: string;

  constructor(
    kind: FailureKind,
    message: string,
    said: {
      readonly code: string;
      readonly detail?: string | undefined;
      readonly hint?: string | undefined;
      readonly position?: number | undefined;
      readonly context?: string | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: said.cause });
    this.kind = kind;
    this.code = said.code;
    if (said.detail !== undefined) this.detail = said.detail;
    if (said.hint !== undefined) this.serverHint = said.hint;
    if (said.position !== undefined) this.position = said.position;
    if (said.context !== undefined) this.context = said.context;
  }

  /** The same, its position counted from so many characters later; without one that lies before. */
  shifted(by: number): SqlFailure {
    if (by === 0 || this.position === undefined) return this;
    const { kind, message, code, detail, serverHint: hint, context, cause } = this;
    const position = this.position > by ? this.position - by : undefined;
    return new SqlFailure(kind, message, { code, detail, hint, position, context, cause });
  }
}

/**
 * The server refused a statement of ours that was sent along with the one that was to run: that one was not run.
 * No failure of the statement's.
 */
export class OwnFailed extends Error {
  override readonly name = 'OwnFailed';
  readonly failure: SqlFailure;

  constructor(failure: SqlFailure) {
    super(failure.message, { cause: failure });
    this.failure = failure;
  }
}

/** The session is gone, and with it the answer to what was sent last: it may or may not have happened. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}
