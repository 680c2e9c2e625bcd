import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineOf } from '../../../src/engines/engines.ts';
import { type PostgresServer, startPostgres, versions } from '../../support/postgres-server.ts';
import { describeIf } from '../../support/skip.ts';
import { hasTool, psql } from '../../support/tools.ts';

describeIf(hasTool('openssl'), 'openssl is not there to make a certificate')('TLS', () => {
  let server: PostgresServer;
  let url: URL;
  const folder = mkdtempSync(join(tmpdir(), 'mooring-tls-'));
  const ca = join(folder, 'server.crt');

  beforeAll(async () => {
    const key = join(folder, 'server.key');
    execFileSync(
      'openssl',
      [
        'req',
        '-new',
        '-x509',
        '-days',
        '2',
        '-nodes',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost',
        '-keyout',
        key,
        '-out',
        ca,
      ],
      { stdio: 'ignore' },
    );
    chmodSync(folder, 0o755);
    chmodSync(key, 0o600);
    if (process.getuid?.() === 0) chownSync(key, 65_534, 65_534);
    server = await startPostgres({
      version: versions().at(-1) ?? 18,
      settings: { ssl: 'on', ssl_cert_file: ca, ssl_key_file: key },
    });
    url = new URL((await server.createDatabase()).url);
    url.hostname = 'localhost';
  });
  afterAll(() => server?.remove());

  const connect = async (sslmode: string, more: Record<string, string> = {}): Promise<string> => {
    const target = new URL(url);
    target.searchParams.set('sslmode', sslmode);
    for (const [name, value] of Object.entries(more)) target.searchParams.set(name, value);
    const engine = await engineOf('postgres');
    const session = await engine.connect({
      url: target.href,
      pooler: 'none',
      schemas: 'all',
      application: 'tls',
      runner: 'test',
    });
    const seen = await psql(url.href, `SELECT ssl FROM pg_stat_ssl WHERE pid = ${session.server.pid}`);
    await session.close();
    return seen.trim();
  };

  test('off where the URL says so', async () => expect(await connect('disable')).toBe('f'));
  test('encrypted without a look at the certificate', async () => expect(await connect('require')).toBe('t'));
  test('verified against the CA that is given', async () =>
    expect(await connect('verify-full', { sslrootcert: ca })).toBe('t'));
  test('refused where the certificate is not trusted, with the way out', async () => {
    await expect(connect('verify-full')).rejects.toMatchObject({
      code: 'connection-refused',
      hint: expect.stringContaining('sslrootcert'),
    });
  });
  test('a mode that is not known is named', async () => {
    await expect(connect('verify')).rejects.toMatchObject({
      code: 'connection-invalid',
      message: expect.stringContaining('sslmode=verify'),
    });
  });
});
