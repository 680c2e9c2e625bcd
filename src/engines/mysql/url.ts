import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'mysql2/promise';
import { MooringError } from '../../api/api.ts';
import type { Target } from '../engine.ts';

/** `ssl-mode` of the mysql client as one of our three modes (MySQL manual, "Command Options for Encrypted Connections"). */
const SSL_MODES: Readonly<Record<string, 'off' | 'encrypt' | 'verify'>> = {
  DISABLED: 'off',
  PREFERRED: 'encrypt',
  REQUIRED: 'encrypt',
  VERIFY_CA: 'verify',
  VERIFY_IDENTITY: 'verify',
};

const KNOWN = ['ssl-mode', 'ssl-ca', 'connect_timeout', 'socket'];
const READS = 'A URL reads: mysql://USER:PASSWORD@HOST:3306/DATABASE';

/**
 * A `mysql://` or `mariadb://` URL as mysql2's settings. TLS is verified by default unless the host is this machine;
 * the URL's own `ssl-mode` wins. Throws `connection-invalid`.
 */
export function connectionOptions(target: Target): {
  readonly options: ConnectionOptions;
  readonly where: string;
  readonly database: string;
} {
  const url = parse(target.url);
  const parameter = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  for (const name of url.searchParams.keys()) {
    if (!KNOWN.includes(name)) {
      throw new MooringError(
        'connection-invalid',
        `the database URL has a parameter "${name}" that is not known`,
        {
          hint: `Known are: ${KNOWN.join(', ')}.`,
        },
      );
    }
  }
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost';
  const port = Number(url.port || '3306');
  const user = decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1));
  const socket = parameter('socket');
  if (user === '' || database === '') {
    throw new MooringError(
      'connection-invalid',
      `the database URL names no ${user === '' ? 'user' : 'database'}`,
      { hint: READS },
    );
  }
  const tls = ssl(target, host, parameter('ssl-mode'), parameter('ssl-ca'));
  return {
    options: {
      ...(socket === undefined ? { host, port } : { socketPath: socket }),
      user,
      database,
      password: decodeURIComponent(url.password),
      connectTimeout: Number(parameter('connect_timeout') ?? '10') * 1000,
      enableKeepAlive: true,
      keepAliveInitialDelay: 10_000,
      // As the clients have it; a statement of a file is sent alone.
      multipleStatements: true,
      charset: 'utf8mb4',
      connectAttributes: { program_name: target.application },
      ...(tls === undefined ? {} : { ssl: tls }),
    },
    where: socket === undefined ? `${user}@${host}:${port}/${database}` : `${user}@${socket}/${database}`,
    database,
  };
}

function parse(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new MooringError('connection-invalid', 'the database URL cannot be read as a URL', {
      hint: `${READS} (write @, / and : of a password as %40, %2F, %3A)`,
      cause,
    });
  }
  if (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:') {
    throw new MooringError(
      'connection-invalid',
      `the database URL begins with ${url.protocol}//, not mysql://`,
      { hint: READS },
    );
  }
  return url;
}

type Ssl = Exclude<ConnectionOptions['ssl'], string | undefined>;

function ssl(
  target: Target,
  host: string,
  sslMode: string | undefined,
  caFile: string | undefined,
): Ssl | undefined {
  const fromUrl = sslMode === undefined ? undefined : SSL_MODES[sslMode.toUpperCase()];
  if (sslMode !== undefined && fromUrl === undefined) {
    throw new MooringError(
      'connection-invalid',
      `the database URL says ssl-mode=${sslMode}, which is not known`,
      {
        hint: `Known are: ${Object.keys(SSL_MODES).join(', ')}.`,
      },
    );
  }
  const mode = fromUrl ?? target.tls?.mode ?? (isLocal(host) ? 'off' : 'verify');
  if (mode === 'off') return undefined;
  if (mode === 'encrypt') return { rejectUnauthorized: false };
  const ca = target.tls?.ca ?? (caFile === undefined ? undefined : readCa(caFile));
  // mysql2 compares the certificate's names with the host only when asked to.
  return {
    rejectUnauthorized: true,
    verifyIdentity: sslMode?.toUpperCase() !== 'VERIFY_CA',
    ...(ca === undefined ? {} : { ca }),
  };
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MooringError('connection-invalid', `ssl-ca: ${path} cannot be read`, {
      hint: 'Name a PEM file with the certificate of the CA.',
      cause,
    });
  }
}

/** Loopback and Unix sockets: nobody stands between. */
function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
