import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../support/cache.ts';
import type { Database, SharedPostgres } from '../../../support/postgres-server.ts';
import { openReader } from './reads.ts';

const FOLDER = join(ROOT, 'test/cases/every-kind');

/** The paragraphs of a file that are for this major version: those marked `-- 15+` need it, `-- 14-` end with it. */
export function paragraphs(file: string, version: number): readonly string[] {
  return readFileSync(join(FOLDER, file), 'utf8')
    .trim()
    .split(/\n\n+/)
    .filter((paragraph) => {
      const since = Number(/^-- (\d+)\+$/m.exec(paragraph)?.[1] ?? 0);
      const until = Number(/^-- (\d+)-$/m.exec(paragraph)?.[1] ?? 99);
      return version >= since && version <= until;
    });
}

/** A database with every kind of object in it, each with every property. */
export async function databaseOfEveryKind(server: SharedPostgres): Promise<Database> {
  const database = await server.createDatabase();
  await using session = await openReader(database.url);
  for (const sql of paragraphs('database.sql', server.version)) await session.run(sql);
  return { ...database, drop: () => dropWithSubscriptions(database) };
}

/** No database can be dropped while subscriptions are in it, and none of these without its slot. */
export async function dropWithSubscriptions(database: Database): Promise<void> {
  {
    await using session = await openReader(database.url);
    const names = await session.query(
      `SELECT quote_ident(subname) FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    for (const [name] of names) {
      await session.run(`ALTER SUBSCRIPTION ${name} DISABLE`);
      await session.run(`ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
      await session.run(`DROP SUBSCRIPTION ${name}`);
    }
  }
  await database.drop();
}
