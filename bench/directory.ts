import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SchemaDirectory {
  readonly folder: string;
  /** In the order of running; one statement each, as most migrations of real projects are. */
  readonly files: readonly string[];
}

const DEFINITION = `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata:
  name: bench
spec:
  engine: postgres
  connection:
    urlFrom: {secretKeyRef: {name: bench-db, key: url}}
`;

/** A schema directory with so many generated migrations: tables, and what is done to them later. */
export async function generateDirectory(folder: string, count: number): Promise<SchemaDirectory> {
  const migrations = join(folder, 'migrations');
  await mkdir(migrations, { recursive: true });
  await writeFile(join(folder, 'mooring.yaml'), DEFINITION);
  const files: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const { name, sql } = migration(n);
    const file = join(migrations, `${String(n + 1).padStart(4, '0')}_${name}.sql`);
    await writeFile(file, sql);
    files.push(file);
  }
  return { folder, files };
}

/** A folder with one migration more or less, of the given text. */
export async function writeMigration(folder: string, name: string, sql: string): Promise<void> {
  const migrations = join(folder, 'migrations');
  await mkdir(migrations, { recursive: true });
  await writeFile(join(folder, 'mooring.yaml'), DEFINITION);
  await writeFile(join(migrations, name), sql);
}

function migration(n: number): { readonly name: string; readonly sql: string } {
  const table = `orders_${String(Math.floor(n / 5)).padStart(3, '0')}`;
  switch (n % 5) {
    case 0:
      return {
        name: `create_${table}`,
        sql: `-- What a customer has ordered.
CREATE TABLE ${table} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer text NOT NULL,
  note text,
  placed_at timestamptz NOT NULL DEFAULT now()
);
`,
      };
    case 1:
      return {
        name: `${table}_total`,
        sql: `ALTER TABLE ${table} ADD COLUMN total numeric(12, 2) NOT NULL DEFAULT 0;\n`,
      };
    case 2:
      return {
        name: `${table}_by_customer`,
        sql: `CREATE INDEX ${table}_customer_idx ON ${table} (customer, placed_at);\n`,
      };
    case 3:
      return { name: `${table}_told`, sql: `COMMENT ON TABLE ${table} IS 'What a customer has ordered';\n` };
    default:
      return {
        name: `${table}_first`,
        sql: `INSERT INTO ${table} (customer, note) VALUES ('Ada', 'first'), ('Grace', 'second'), ('Edsger', NULL);\n`,
      };
  }
}
