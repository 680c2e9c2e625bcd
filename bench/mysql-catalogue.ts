import { createConnection } from 'mysql2/promise';
import { installedServers } from '../test/support/mysql-binaries.ts';
import { dumpOf, type MysqlDatabase, type MysqlServer, startMysql } from '../test/support/mysql-server.ts';
import type { BenchContext } from './bench-context.ts';
import type { Line, Measure } from './line.ts';
import { alternate, callNode, timeOf } from './measure.ts';
import { MOORING } from './programs.ts';

/** Reading the catalogue of MySQL and MariaDB: a large database beside the server's own dump, and a very large one. */
export async function mysqlCatalogue(context: BenchContext): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const { kind, version } of installedServers().there) {
    await using server = await startMysql({
      kind,
      version,
      settings: { 'innodb-flush-log-at-trx-commit': 0, 'innodb-doublewrite': 0, 'table-open-cache': 4000 },
    });
    const name = `${kind === 'mysql' ? 'MySQL' : 'MariaDB'} ${version}`;
    lines.push(
      ...(await besideDump(context, server, name, { kind, version })),
      ...(await perTable(context, server, name)),
    );
  }
  return lines;
}

async function besideDump(
  { quick, runs }: BenchContext,
  server: MysqlServer,
  name: string,
  of: Parameters<typeof dumpOf>[0],
): Promise<readonly Line[]> {
  const tables = quick ? 100 : 2000;
  const database = await largeDatabase(server, tables, INDEXES);
  const { ours, dump } = await alternate(runs.middle, {
    ours: async () => (await readOnce(server, database)).ms,
    dump: () => timeOf(() => dumpOf(of, database.url, ['--no-data'])),
  });
  await database.drop();
  return [
    {
      name: `${name}: catalogue of ${tables.toLocaleString('en')} tables`,
      did: `mooring snapshot -o fingerprint, the whole process: everything read twice; 10 columns and 3 indexes per table; beside it ${of.kind === 'mysql' ? 'mysqldump' : 'mariadb-dump'} --no-data; median of ${runs.middle} alternating runs`,
      ours: seconds(ours),
      other: { name: of.kind === 'mysql' ? 'mysqldump' : 'mariadb-dump', ...seconds(dump) },
      limit: { kind: 'times', most: 2 },
    },
  ];
}

async function perTable(
  { quick, runs }: BenchContext,
  server: MysqlServer,
  name: string,
): Promise<readonly Line[]> {
  const tables = quick ? 200 : 10_000;
  const large = await largeDatabase(server, tables, '');
  const small = await largeDatabase(server, tables / 10, '');
  const read = await alternate(runs.long, {
    large: async () => (await readOnce(server, large)).ms / tables,
    small: async () => (await readOnce(server, small)).ms / (tables / 10),
  });
  await Promise.all([large.drop(), small.drop()]);
  return [
    {
      name: `${name}: catalogue of ${tables.toLocaleString('en')} tables`,
      did: `mooring snapshot -o fingerprint, the whole process, per table of 10 columns; beside it a database of a tenth of the tables; flat: not more per table than there; median of ${runs.long} alternating runs`,
      ours: { ...read.large, unit: 'ms/table' },
      other: { name: `${(tables / 10).toLocaleString('en')} tables`, ...read.small, unit: 'ms/table' },
      limit: { kind: 'times', most: 1.25 },
    },
  ];
}

const COLUMNS = `id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, a int NOT NULL, b varchar(100) DEFAULT 'x', c text,
  d decimal(10,2) NOT NULL DEFAULT 0, e datetime DEFAULT CURRENT_TIMESTAMP, f enum('a', 'b', 'c') NOT NULL, g date,
  h tinyint(1) NOT NULL DEFAULT 0 COMMENT 'flag', i varchar(20) CHARACTER SET ascii`;
const INDEXES = ', KEY k1 (a), KEY k2 (b, e), UNIQUE KEY k3 (d, a)';

async function largeDatabase(server: MysqlServer, tables: number, indexes: string): Promise<MysqlDatabase> {
  const database = await server.createDatabase();
  const connection = await createConnection({ uri: database.url, multipleStatements: true });
  try {
    for (let at = 0; at < tables; at += 100) {
      const some = Array.from({ length: Math.min(100, tables - at) }, (_, n) => at + n);
      await connection.query(some.map((n) => `CREATE TABLE t${n} (${COLUMNS}${indexes});`).join('\n'));
    }
  } finally {
    await connection.end();
  }
  return database;
}

function readOnce(server: MysqlServer, database: MysqlDatabase) {
  const url = database.url.replace(/^mysql:/, `${server.kind}:`);
  return callNode([MOORING, 'snapshot', '--url', url, '-o', 'fingerprint']);
}

function seconds({ value, range }: Measure): Measure {
  return {
    value: value / 1000,
    unit: 's',
    ...(range === undefined ? {} : { range: [range[0] / 1000, range[1] / 1000] }),
  };
}
