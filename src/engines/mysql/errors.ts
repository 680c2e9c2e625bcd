import { faultOfOurs, isFaultOfOurs, MooringError } from '../../api/api.ts';
import { ConnectionLost, type FailureKind, SqlFailure } from '../failure.ts';

/** What mysql2 makes of the protocol's ERR packet, or of a socket's end. */
interface ServerError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
  readonly sqlMessage?: string;
  readonly fatal?: boolean;
}

/** Numbers from both servers' error references; this file alone names them. */
const KIND: Readonly<Record<number, FailureKind>> = {
  // ER_LOCK_WAIT_TIMEOUT, for rows and for metadata; ER_LOCK_NOWAIT
  1205: 'lock-timeout',
  3572: 'lock-timeout',
  // ER_QUERY_INTERRUPTED; time's up: ER_QUERY_TIMEOUT (MySQL), ER_STATEMENT_TIMEOUT (MariaDB)
  1317: 'cancelled',
  3024: 'cancelled',
  1969: 'cancelled',
  // ER_LOCK_DEADLOCK; ER_CHECKREAD, under MariaDB's snapshot isolation
  1213: 'again',
  1020: 'again',
  // ER_DBACCESS_DENIED, ER_TABLEACCESS_DENIED, ER_COLUMNACCESS_DENIED, ER_SPECIFIC_ACCESS_DENIED, ER_PROCACCESS_DENIED,
  // ER_BINLOG_CREATE_ROUTINE_NEED_SUPER
  1044: 'privilege',
  1142: 'privilege',
  1143: 'privilege',
  1227: 'privilege',
  1370: 'privilege',
  1419: 'privilege',
  // ER_BAD_TABLE, ER_CANT_DROP_FIELD_OR_KEY, ER_NO_SUCH_TABLE, ER_BAD_FIELD, ER_KEY_DOES_NOT_EXITS, ER_SP_DOES_NOT_EXIST,
  // ER_TRG_DOES_NOT_EXIST, ER_EVENT_DOES_NOT_EXIST; checks (MySQL), sequences and views (MariaDB)
  1051: 'missing',
  1091: 'missing',
  1146: 'missing',
  1054: 'missing',
  1176: 'missing',
  1305: 'missing',
  1360: 'missing',
  1539: 'missing',
  3821: 'missing',
  3940: 'missing',
  4091: 'missing',
  4092: 'missing',
  // ER_TABLE_EXISTS_ERROR, ER_DUP_FIELDNAME, ER_DUP_KEYNAME, ER_SP_ALREADY_EXISTS, ER_TRG_ALREADY_EXISTS,
  // ER_EVENT_ALREADY_EXISTS; a check or a foreign key of that name (MySQL)
  1050: 'exists',
  1060: 'exists',
  1061: 'exists',
  1304: 'exists',
  1359: 'exists',
  1537: 'exists',
  1826: 'exists',
  3822: 'exists',
};

/**
 * The server ends the session: shutdown, kill (1927 in MariaDB, 3169 in MySQL), time-outs of an idle session (4031),
 * network errors on its side.
 */
const ENDS_SESSION = new Set([1053, 1077, 1080, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3169, 4031]);

/** Turns what mysql2 threw during a statement into one of the two failures a runner has to tell apart. */
export function translate(error: unknown, sql = ''): SqlFailure | ConnectionLost | MooringError {
  if (error instanceof MooringError || error instanceof SqlFailure || error instanceof ConnectionLost)
    return error;
  const said = error as ServerError & { sql?: unknown };
  // mysql2 keeps the whole statement there, which may be megabytes and hold what no log should.
  delete said.sql;
  const message = said.sqlMessage || said.message || String(error);
  if (said.errno === undefined || said.sqlState === undefined) {
    return new ConnectionLost(`the connection to the database was lost: ${message}`, error);
  }
  if (ENDS_SESSION.has(said.errno)) {
    return new ConnectionLost(`the server ended the session: ${message} (${said.errno})`, error);
  }
  return new SqlFailure(KIND[said.errno] ?? 'other', message, {
    code: String(said.errno),
    detail: `SQLSTATE ${said.sqlState}`,
    position: positionOf(message, sql),
    cause: error,
  });
}

/**
 * Where a syntax error is, from the servers' own words `near '<rest of the statement>' at line <n>`: 1-based, in code
 * points; undefined when the message does not tell.
 */
export function positionOf(message: string, sql: string): number | undefined {
  const found = /near '([\s\S]*)' at line (\d+)$/.exec(message);
  if (found === null) return undefined;
  const [, near = '', line = '1'] = found;
  let start = 0;
  for (let n = 1; n < Number(line); n += 1) {
    const next = sql.indexOf('\n', start);
    if (next < 0) break;
    start = next + 1;
  }
  if (near === '') return [...sql].length + 1;
  const at = sql.indexOf(near, start);
  return at < 0 ? undefined : [...sql.slice(0, at)].length + 1;
}

/** Refusals at connecting that may pass by themselves: too many connections, blocked host, starting or stopping. */
const PASSING = new Set([1040, 1129, 1203, 1226, 1053, 1077, 1042]);

/**
 * Turns what mysql2 threw while connecting into `connection-failed` (may come right by itself) or `connection-refused`
 * (will not: password, database, TLS).
 */
export function translateConnect(error: unknown, where: string): MooringError {
  if (isFaultOfOurs(error)) return faultOfOurs(error);
  const said = error as ServerError & { readonly errors?: readonly Error[] };
  const text = (
    said.sqlMessage ||
    said.message ||
    said.errors?.map((each) => each.message).join('; ') ||
    String(error)
  ).trim();
  const code = said.sqlState === undefined ? (said.code ?? '') : String(said.errno ?? '');
  const temporary =
    said.sqlState === undefined
      ? !/certificate|SSL|TLS|secure connection|auth|password/i.test(`${text} ${said.code ?? ''}`)
      : PASSING.has(said.errno ?? 0);
  const parts = { ...(code === '' ? {} : { server: { code } }), cause: error };
  if (temporary) {
    return new MooringError('connection-failed', `${where}: ${text}`, {
      hint: 'Is the server up and the host name right? Try: mysql with the same host, port and user',
      ...parts,
    });
  }
  return new MooringError('connection-refused', `${where}: ${text}`, {
    hint: refusedHint(said.errno, text),
    ...parts,
  });
}

function refusedHint(errno: number | undefined, text: string): string {
  if (errno === 1049)
    return 'The database is not there: create it, or mend the name after the last / of the URL.';
  if (errno === 1044 || errno === 1045 || errno === 1698) {
    return 'The server does not accept this user and password, or not for this database: mend them in the URL or the Secret, or GRANT the rights.';
  }
  if (/does not support secure/.test(text))
    return 'The server has no TLS: set tls.mode: off, or ?ssl-mode=DISABLED in the URL.';
  if (/certificate|self.signed/i.test(text)) {
    return "The server's certificate is not trusted: give its CA by tls.caFrom (?ssl-ca=FILE), or set tls.mode: encrypt (?ssl-mode=REQUIRED).";
  }
  return 'Mend the URL, the user or the password; the server answered, so the network is well.';
}
