import { readFileSync } from 'node:fs';
import type { ClientConfig } from 'pg';
import { MooringError } from '../../api/api.ts';
import type { Target } from '../engine.ts';

/** `sslmode` of libpq as one of our three modes (PostgreSQL documentation, "SSL Support"). */
const SSL_MODES: Readonly<Record<string, 'off' | 'encrypt' | 'verify'>> = {
  disable: 'off',
  allow: 'encrypt',
  prefer: 'encrypt',
  require: 'encrypt',
  'no-verify': 'encrypt',
  'verify-ca': 'verify',
  'verify-full': 'verify',
};

const KNOWN = [
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'sslmode',
  'sslrootcert',
  'connect_timeout',
  'application_name',
];

/**
 * A `postgres://` URL as pg's settings. TLS is verified by default unless the host is this machine; the URL's own
 * `sslmode` wins. Throws `connection-invalid`.
 */
export function clientConfig(target: Target): ClientConfig & { readonly where: string } {
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
  const host =
    parameter('host') ?? (decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost');
  const port = Number(parameter('port') ?? (url.port || '5432'));
  const user = parameter('user') ?? decodeURIComponent(url.username);
  const database = parameter('dbname') ?? decodeURIComponent(url.pathname.slice(1));
  if (user === '' || database === '') {
    throw new MooringError(
      'connection-invalid',
      `the database URL names no ${user === '' ? 'user' : 'database'}`,
      {
        hint: 'A URL reads: postgres://USER:PASSWORD@HOST:5432/DATABASE',
      },
    );
  }
  return {
    host,
    port,
    user,
    database,
    password: parameter('password') ?? decodeURIComponent(url.password),
    application_name: target.application,
    connectionTimeoutMillis: Number(parameter('connect_timeout') ?? '10') * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ssl: ssl(target, host, parameter('sslmode'), parameter('sslrootcert')),
    where: `${user}@${host}:${port}/${database}`,
  };
}

function parse(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new MooringError('connection-invalid', 'the database URL cannot be read as a URL', {
      hint: 'A URL reads: postgres://USER:PASSWORD@HOST:5432/DATABASE (write @, / and : of a password as %40, %2F, %3A)',
      cause,
    });
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw new MooringError(
      'connection-invalid',
      `the database URL begins with ${url.protocol}//, not postgres://`,
      {
        hint: 'A URL reads: postgres://USER:PASSWORD@HOST:5432/DATABASE',
      },
    );
  }
  return url;
}

function ssl(
  target: Target,
  host: string,
  sslmode: string | undefined,
  rootcert: string | undefined,
): ClientConfig['ssl'] {
  const fromUrl = sslmode === undefined ? undefined : SSL_MODES[sslmode];
  if (sslmode !== undefined && fromUrl === undefined) {
    throw new MooringError(
      'connection-invalid',
      `the database URL says sslmode=${sslmode}, which is not known`,
      {
        hint: `Known are: ${Object.keys(SSL_MODES).join(', ')}.`,
      },
    );
  }
  const mode = fromUrl ?? target.tls?.mode ?? (isLocal(host) ? 'off' : 'verify');
  if (mode === 'off') return false;
  if (mode === 'encrypt') return { rejectUnauthorized: false };
  const ca = target.tls?.ca ?? (rootcert === undefined ? undefined : readCa(rootcert));
  return { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MooringError('connection-invalid', `sslrootcert: ${path} cannot be read`, {
      hint: 'Name a PEM file with the certificate of the CA.',
      cause,
    });
  }
}

/** Loopback and Unix sockets: nobody stands between. */
function isLocal(host: string): boolean {
  return host === 'localhost' || host.startsWith('/') || host === '::1' || /^127\./.test(host);
}
