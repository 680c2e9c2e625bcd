import pg from 'pg';

/** As a run does that is at it for long. */
export async function holdLock(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'mooring gate' });
  await client.connect();
  client.on('error', () => {});
  await client.query(`select pg_advisory_lock(${0x6d6f6f72}, ${0x696e6720})`);
  return client;
}

/** Rows as text, the last statement's. */
export async function ask(url: string, sql: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const results = [await client.query({ text: sql, rowMode: 'array' })].flat();
    const rows: unknown[][] = results.at(-1)?.rows ?? [];
    return rows.map((row) => row.join(' | ')).join('\n');
  } finally {
    await client.end();
  }
}

/** A copy of the database as it is now, for `restore`. */
export async function copy(url: string): Promise<string> {
  const name = new URL(url).pathname.slice(1);
  await ask(adminOf(url), `create database ${name}_copy template ${name}`);
  return `${name}_copy`;
}

/** The copy takes its place. */
export async function restore(url: string, from: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await ask(adminOf(url), `drop database ${name} with (force)`);
  await ask(adminOf(url), `alter database ${from} rename to ${name}`);
}

/** If it is there. */
export async function drop(url: string, name: string): Promise<void> {
  await ask(adminOf(url), `drop database if exists ${name} with (force)`);
}

function adminOf(url: string): string {
  const admin = new URL(url);
  admin.pathname = '/postgres';
  return admin.href;
}
