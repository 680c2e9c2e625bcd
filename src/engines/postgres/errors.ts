import { faultOfOurs, isFaultOfOurs, MooringError } from '../../api/api.ts';
import { ConnectionLost, type FailureKind, SqlFailure } from '../failure.ts';

/** The fields of the protocol's ErrorResponse that pg passes on. */
interface ServerError extends Error {
  readonly code?: string;
  readonly severity?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
  readonly where?: string;
}

/** Numbers from PostgreSQL's errcodes.txt; this file alone names them. */
const KIND: Readonly<Record<string, FailureKind>> = {
  '55P03': 'lock-timeout',
  '25001': 'not-in-transaction',
  '2D000': 'commits',
  '57014': 'cancelled',
  '40P01': 'again',
  '40001': 'again',
  '42501': 'privilege',
  // undefined_table, _column, _object, _function; invalid_schema_name
  '42P01': 'missing',
  '42703': 'missing',
  '42704': 'missing',
  '42883': 'missing',
  '3F000': 'missing',
  // duplicate_table, _column, _object, _function, _schema
  '42P07': 'exists',
  '42701': 'exists',
  '42710': 'exists',
  '42723': 'exists',
  '42P06': 'exists',
};

/** Codes with which the server ends the session: shutdown, crash of another backend, idle timeouts, protocol violation. */
const ENDS_SESSION = new Set(['57P01', '57P02', '57P05', '25P03', '08P01', '08006', '08003']);

/** Turns what pg threw during a query into one of the two failures a runner has to tell apart. */
export function translate(error: unknown): SqlFailure | ConnectionLost | MooringError {
  if (error instanceof MooringError || error instanceof SqlFailure || error instanceof ConnectionLost)
    return error;
  const said = error as ServerError;
  const message = said.message || String(error);
  if (said.code === undefined || said.severity === undefined) {
    return new ConnectionLost(`the connection to the database was lost: ${message}`, error);
  }
  if (ENDS_SESSION.has(said.code) || said.severity === 'FATAL' || said.severity === 'PANIC') {
    return new ConnectionLost(`the server ended the session: ${message} (${said.code})`, error);
  }
  return new SqlFailure(KIND[said.code] ?? 'other', message, {
    code: said.code,
    detail: said.detail,
    hint: said.hint,
    position: said.position === undefined ? undefined : Number(said.position),
    context: said.where,
    cause: error,
  });
}

/**
 * Turns what pg threw while connecting into `connection-failed` (may come right by itself: not reachable, starting up,
 * no free slot) or `connection-refused` (will not: password, database, TLS).
 */
export function translateConnect(error: unknown, where: string): MooringError {
  if (isFaultOfOurs(error)) return faultOfOurs(error);
  const said = error as ServerError & { readonly errors?: readonly Error[] };
  const text = (said.message || said.errors?.map((each) => each.message).join('; ') || String(error)).trim();
  const code = said.code ?? '';
  const temporary =
    said.severity === undefined
      ? !/certificate|SSL|TLS|SASL|password/i.test(text) &&
        !/^(CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)
      : ['57P03', '53300', '53200', '57P01', '57P02', '08006'].includes(code);
  if (temporary) {
    return new MooringError('connection-failed', `${where}: ${text}`, {
      hint: 'Is the server up and the host name right? Try: psql with the same URL',
      ...(code === '' ? {} : { server: { code } }),
      cause: error,
    });
  }
  return new MooringError('connection-refused', `${where}: ${text}`, {
    hint: refusedHint(code, text),
    ...(code === '' ? {} : { server: { code } }),
    cause: error,
  });
}

function refusedHint(code: string, text: string): string {
  if (code === '3D000')
    return 'The database is not there: create it, or mend the name after the last / of the URL.';
  if (code.startsWith('28'))
    return 'The server does not accept this user and password: mend them in the URL or the Secret.';
  if (/does not support SSL/.test(text))
    return 'The server has no TLS: set tls.mode: off, or ?sslmode=disable in the URL.';
  if (/certificate|self.signed|UNABLE_TO/i.test(text)) {
    return "The server's certificate is not trusted: give its CA by tls.caFrom (?sslrootcert=FILE), or set tls.mode: encrypt (?sslmode=require).";
  }
  return 'Mend the URL, the user or the password; the server answered, so the network is well.';
}
