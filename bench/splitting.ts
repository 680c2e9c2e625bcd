import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSql, postgres } from '../src/sql/sql.ts';
import type { BenchContext } from './bench-context.ts';
import type { Line } from './line.ts';

/** A dump of the largest size that is taken, half of it COPY data, read and split in this process. */
export async function splitting({ folder, quick }: BenchContext): Promise<readonly Line[]> {
  const file = join(folder, 'dump.sql');
  const bytes = await writeDump(file, (quick ? 2 : 100) * 1_000_000);
  const started = performance.now();
  const statements = postgres.split({ file, text: decodeSql(await readFile(file), file).text });
  const seconds = (performance.now() - started) / 1000;
  await rm(file);
  const name = `splitting ${Math.round(bytes / 1_000_000)} MB`;
  const did = `${statements.length.toLocaleString('en')} statements (tables, functions, inserts of single rows, COPY data, about half of the bytes each), from file to statements, once; for information`;
  return [
    { name, did, ours: { value: seconds, unit: 's' } },
    { name: `${name}, speed`, did: 'the same', ours: { value: bytes / 1_000_000 / seconds, unit: 'MB/s' } },
  ];
}

async function writeDump(path: string, bytes: number): Promise<number> {
  const file = await open(path, 'w');
  for (let n = 0, written = 0; written < bytes; n += 1) {
    const text = part(n);
    written += text.length;
    await file.write(text);
  }
  await file.close();
  return (await stat(path)).size;
}

function part(n: number): string {
  const rows = Array.from(
    { length: 2000 },
    (_, row) => `${n * 2000 + row}\tcustomer ${row}\tIt's a "note"; no end\t\\N\n`,
  );
  const inserts = Array.from(
    { length: 1000 },
    (_, row) =>
      `INSERT INTO public.table_${n} VALUES (${row}, 'O''Brien; customer ${row}', E'a\\'b', NULL, $$a;b$$);\n`,
  );
  return `--
-- Name: table_${n}; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.table_${n} (
    id bigint NOT NULL,
    customer text DEFAULT 'none;'::text NOT NULL,
    note text /* optional; */,
    total numeric(12,2)
);

CREATE FUNCTION public.function_${n}() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
BEGIN
  NEW.note := 'seen; at ' || now();
  RETURN NEW;
END;
$_$;

COPY public.table_${n} (id, customer, note, total) FROM stdin;
${rows.join('')}\\.

${inserts.join('')}
`;
}
