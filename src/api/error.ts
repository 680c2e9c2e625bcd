import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import type { ExitCode } from './exit-codes.ts';

/** A place in a file; lines and columns are 1-based, columns count code points. */
export interface Where {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The line's text and a caret below the column, ready to print. */
  readonly excerpt?: string;
}

/** What the database server said, in its own words. */
export interface ServerSaid {
  readonly code: string;
  readonly detail?: string;
  readonly hint?: string;
}

export interface ErrorParts extends Where {
  /** What to type next; may hold several lines. */
  readonly hint?: string;
  readonly server?: ServerSaid;
  /** Where one error speaks of several faults: each by itself. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/** One of several faults that were found at once. */
export interface Problem extends Where {
  readonly message: string;
  readonly hint?: string;
}

/** The one error class. Its message says where, what was found and what was expected; its hint what to type next. */
export class MooringError extends Error {
  override readonly name = 'MooringError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly where: Where;
  readonly server?: ServerSaid;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, parts: ErrorParts = {}) {
    super(redact(message), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.hint = redact(parts.hint ?? '');
    this.where = {
      ...(parts.file === undefined ? {} : { file: parts.file }),
      ...(parts.line === undefined ? {} : { line: parts.line }),
      ...(parts.column === undefined ? {} : { column: parts.column }),
      ...(parts.excerpt === undefined ? {} : { excerpt: parts.excerpt }),
    };
    if (parts.server !== undefined) this.server = parts.server;
    this.problems = parts.problems ?? [];
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code].exit;
  }

  /** The shape of contracts §7; `excerpt` is for people and left out. */
  toJSON(): ErrorReport {
    const { excerpt: _, ...where } = this.where;
    return {
      code: this.code,
      message: this.message,
      hint: this.hint,
      ...where,
      ...(this.server === undefined ? {} : { server: this.server }),
    };
  }
}

/** An error that the language throws and no library means: waiting, or trying again, does not mend it. */
export function isFaultOfOurs(error: unknown): error is Error {
  return (error instanceof TypeError || error instanceof ReferenceError) && !('code' in error);
}

/** What nobody but us can mend. */
export function faultOfOurs(cause: Error): MooringError {
  return new MooringError('internal', `a fault of Mooring's own: ${cause.message}`, {
    hint: 'Please report it with the output of --debug.',
    cause,
  });
}

export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly server?: ServerSaid;
}

/** Passwords in URLs and `password=` settings become `***`. In linear time: what is shown may be anything. */
export function redact(text: string): string {
  return text
    .replace(/(:\/\/[^\s:/@]*):(?!PASSWORD@)[^\s/]*@/g, '$1:***@')
    .replace(/\b(password|passwd|pwd)=('[^']*'|"[^"]*"|[^\s&;]+)/gi, '$1=***');
}
