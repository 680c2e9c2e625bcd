/** What the API server answered instead of what was asked for; or, with status 0, that it answered nothing in time. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** Kubernetes' word for it, e.g. `Forbidden`, `AlreadyExists`. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.reason = reason;
  }

  /** The account lacks a right: nothing that waiting helps against. */
  get isForbidden(): boolean {
    return this.status === 403 || this.status === 401;
  }

  get isAbsent(): boolean {
    return this.status === 404;
  }
}
