import type { Json } from '../../../catalog/catalog.ts';

/** Names of options whose values are never read into a catalog, which is stored and printed. */
const SECRET_NAME = /pass|pwd|secret|token|key|credential|cert|auth|private|vault|saslmech|account/i;

/** Values that carry a password within: `password=…` in a connection string, or a URL with one. */
const SECRET_VALUE = /(?:pass|pwd|secret|token|key)\w*\s*[=:]|:\/\/[^/@\s]*:[^/@\s]*@/i;

/** What of a user mapping may be told: everything else there may be a credential. */
const PLAIN_CREDENTIALS: ReadonlySet<string> = new Set([
  'user',
  'username',
  'use_remote_estimate',
  'fetch_size',
]);

/**
 * Options `name=value`, sorted, without those that may be secret: of these `secretOptions` tells the names. Whose value
 * was left out cannot be made again, and a change of it is not seen.
 */
export function putOptions(
  properties: Record<string, Json>,
  options: readonly string[] | undefined,
  where: 'object' | 'user mapping' = 'object',
): void {
  const open: string[] = [];
  const secret: string[] = [];
  for (const option of [...(options ?? [])].sort()) {
    const at = option.indexOf('=');
    const [name, value] = [option.slice(0, at), option.slice(at + 1)];
    if (isSecret(name, value, where)) secret.push(name);
    else open.push(option);
  }
  if (open.length > 0) properties.options = open;
  if (secret.length > 0) properties.secretOptions = secret;
}

function isSecret(name: string, value: string, where: 'object' | 'user mapping'): boolean {
  if (where === 'user mapping' && !PLAIN_CREDENTIALS.has(name)) return true;
  return SECRET_NAME.test(name) || SECRET_VALUE.test(value);
}

/** Words of a connection string that say where and as whom, and no more. */
const PLAIN_CONNECTION: ReadonlySet<string> = new Set([
  ...['host', 'hostaddr', 'port', 'dbname', 'user', 'sslmode', 'connect_timeout', 'application_name'],
  ...['target_session_attrs', 'keepalives', 'channel_binding', 'sslrootcert', 'client_encoding', 'options'],
]);

/**
 * A connection string `name=value …`, sorted, without what may be secret; whether something was left out. Of a URL, or of
 * what cannot be taken apart, all is.
 */
export function plainConnection(connection: string): { readonly plain: string; readonly secret: boolean } {
  const words: string[] = [];
  let secret = false;
  let end = 0;
  for (const found of connection.matchAll(WORD)) {
    const [whole, name = '', value = ''] = found;
    if (found.index !== end) break;
    end += whole.length;
    if (PLAIN_CONNECTION.has(name) && !SECRET_VALUE.test(value)) words.push(`${name}=${value}`);
    else secret = true;
  }
  if (connection.slice(end).trim() !== '') return { plain: '', secret: true };
  return { plain: words.sort().join(' '), secret };
}

const WORD = /\s*([a-z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)(?=\s|$)/g;
