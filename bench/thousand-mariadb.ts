import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { batchClient, mysqlServers, startMysql } from '../test/support/mysql-server.ts';
import type { BenchContext } from './bench-context.ts';
import type { Line } from './line.ts';
import { alternate, call, timeOf } from './measure.ts';
import { MOORING } from './programs.ts';

const DEFINITION = `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata: {name: bench}
spec:
  engine: mariadb
  connection: {urlFrom: {secretKeyRef: {name: bench-db, key: url}}}
`;

/** Many migrations into an empty MariaDB database, against its own client. */
export async function thousandMariadb(context: BenchContext): Promise<readonly Line[]> {
  const count = context.quick ? 150 : 1000;
  const name = `${count.toLocaleString('en')} migrations, MariaDB`;
  const did = `${count} files of one statement each (table, column, index, comment, small insert in turn) into an empty database; ours: lock, each statement journaled, a history row per file, one snapshot at the end; mariadb: one session, all files on its standard input`;
  const found = mysqlServers().there.findLast(({ kind, version }) => kind === 'mariadb' && version > 0);
  if (found === undefined)
    return [{ name, did, ours: { value: 0, unit: 'ms' }, leftOut: 'no MariaDB on this machine: make setup' }];
  await using server = await startMysql({
    ...found,
    settings: { 'innodb-flush-log-at-trx-commit': 1 },
  });
  const folder = join(context.folder, `mariadb-${count}`);
  await mkdir(join(folder, 'migrations'), { recursive: true });
  await writeFile(join(folder, 'mooring.yaml'), DEFINITION);
  const texts: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const file = join(folder, 'migrations', `${String(n + 1).padStart(4, '0')}_step.sql`);
    await writeFile(file, step(n));
    texts.push(await readFile(file, 'utf8'));
  }
  const inFresh = async (work: (url: string) => Promise<unknown>): Promise<number> => {
    const database = await server.createDatabase();
    const ms = await timeOf(() => work(database.url));
    await database.drop();
    return ms;
  };
  const { ours, other } = await alternate(context.runs.long, {
    ours: () =>
      inFresh((url) =>
        call(process.execPath, [MOORING, 'migrate', folder, '--url', url.replace(/^mysql:/, 'mariadb:')]),
      ),
    other: () => inFresh((url) => batchClient(found, url, texts.join(''))),
  });
  return [{ name, did, ours, other: { name: 'mariadb', ...other }, limit: { kind: 'times', most: 1.5 } }];
}

function step(n: number): string {
  const table = `orders_${String(Math.floor(n / 5)).padStart(3, '0')}`;
  switch (n % 5) {
    case 0:
      return `CREATE TABLE ${table} (id bigint AUTO_INCREMENT PRIMARY KEY, customer varchar(40) NOT NULL, note text);\n`;
    case 1:
      return `ALTER TABLE ${table} ADD COLUMN total decimal(12, 2) NOT NULL DEFAULT 0;\n`;
    case 2:
      return `CREATE INDEX ${table}_by_customer ON ${table} (customer);\n`;
    case 3:
      return `ALTER TABLE ${table} COMMENT = 'What a customer has ordered';\n`;
    default:
      return `INSERT INTO ${table} (customer) VALUES ('a'), ('b');\n`;
  }
}
