import { engineOf, type Session } from '../../../src/engines/engines.ts';
import type { MysqlKind } from '../../support/mysql-binaries.ts';
import { type SharedMysql, sharedMysql } from '../../support/mysql-server.ts';
import { targetOf } from '../servers.ts';

export interface WithScratch {
  readonly kind: MysqlKind;
  /** Name and URL of the database. */
  readonly name: string;
  readonly url: string;
  readonly session: Session;
  /** A scratch database beside it. */
  readonly scratch: Session;
  /** One statement, in the database and in the scratch one. */
  run(sql: string): Promise<void>;
  tryOut(sql: string): Promise<void>;
  /** A script, in each. */
  script(session: Session, file: string, text: string): Promise<void>;
}

/** Does the work with a database of its own and a scratch database beside it; both are gone afterwards. */
export async function withScratch(
  { kind, version, server }: { kind: MysqlKind; version: number; server?: SharedMysql },
  work: (given: WithScratch) => Promise<void>,
): Promise<void> {
  const database = await (server ?? (await sharedMysql(kind, version))).createDatabase();
  const engine = await engineOf(kind);
  const session = await engine.connect(targetOf(database.url));
  const scratch = await session.scratch();
  const one = (in_: Session) => (sql: string) => in_.execute({ sql, line: 1, column: 1, endLine: 1 });
  try {
    await work({
      kind,
      name: database.name,
      url: database.url,
      session,
      scratch,
      run: one(session),
      tryOut: one(scratch),
      async script(in_, file, text) {
        for (const statement of engine.dialect.split({ file, text })) await in_.execute(statement);
      },
    });
  } finally {
    await scratch.close();
    await session.close();
    await database.drop();
  }
}
