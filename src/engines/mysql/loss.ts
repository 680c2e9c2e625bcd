import type { LossAnswer, LossQuestion } from '../engine.ts';
import { SqlFailure } from '../failure.ts';
import { unspelled } from './catalog/catalog.ts';
import type { Flavor } from './flavor.ts';
import type { Reader } from './reader.ts';
import { identifier, literal, type Row } from './wire.ts';

/**
 * Does what would go hold anything? A table: any row. A column: any value but NULL and its default. After `timeoutMs` the
 * answer is "unknown". No lock can be kept until the DDL that follows: it commits, and so ends every lock. Names are as
 * the catalog spells them.
 */
export async function holdsData(
  reader: Reader,
  flavor: Flavor,
  database: string,
  question: LossQuestion,
  timeoutMs: number,
): Promise<LossAnswer> {
  const table = unspelled(question.table);
  const from = `${identifier(database)}.${identifier(table)}`;
  const limited = (select: string) => flavor.limited(select, timeoutMs);
  let estimate = 'unknown';
  try {
    const condition = await conditionOf(reader, database, table, question);
    estimate =
      question.count === true
        ? await countOf(reader, limited, from, condition)
        : await estimateOf(reader, limited, database, table, from, condition);
    const [row] = await one(
      reader,
      limited(`SELECT EXISTS (SELECT 1 FROM ${from}${condition} LIMIT 1) AS holds`),
    );
    return { holds: row?.holds === '1', estimate };
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    const late = error.kind === 'cancelled' || error.kind === 'lock-timeout';
    return {
      holds: 'unknown',
      estimate,
      why: late ? `no answer within ${timeoutMs / 1000} s` : error.message,
    };
  }
}

/** Text is compared by its characters, whatever its collation takes for equal. */
async function conditionOf(
  reader: Reader,
  database: string,
  table: string,
  question: LossQuestion,
): Promise<string> {
  if (question.type === 'table') return '';
  const name = unspelled(question.column);
  const column = identifier(name);
  if (question.default === null) return ` WHERE ${column} IS NOT NULL`;
  const [about] = await one(
    reader,
    `SELECT CHARACTER_SET_NAME AS charset FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ${literal(database)} AND TABLE_NAME = ${literal(table)} AND COLUMN_NAME = ${literal(name)}`,
  );
  const asTyped = (value: string): string =>
    about?.charset == null ? value : `CONVERT(${value} USING utf8mb4) COLLATE utf8mb4_bin`;
  return ` WHERE ${column} IS NOT NULL AND NOT ${asTyped(column)} <=> ${asTyped(`(${question.default})`)}`;
}

/** In a table up to this size rows are counted; of a larger one the server's estimate is told. */
const COUNTED = 1_000;

/** `3 rows`, `~1200 rows`. */
async function estimateOf(
  reader: Reader,
  limited: (select: string) => string,
  database: string,
  table: string,
  from: string,
  condition: string,
): Promise<string> {
  const [size] = await one(
    reader,
    limited(`SELECT COUNT(*) AS counted FROM (SELECT 1 FROM ${from} LIMIT ${COUNTED + 1}) few`),
  );
  const least = Number(size?.counted);
  if (least > COUNTED) {
    const [row] = await one(
      reader,
      `SELECT TABLE_ROWS AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${literal(database)} AND TABLE_NAME = ${literal(table)}`,
    );
    return `~${Math.max(Number(row?.n ?? 0), least)} rows`;
  }
  return countOf(reader, limited, from, condition);
}

async function countOf(
  reader: Reader,
  limited: (select: string) => string,
  from: string,
  condition: string,
): Promise<string> {
  const [held] = await one(reader, limited(`SELECT COUNT(*) AS counted FROM ${from}${condition}`));
  const counted = Number(held?.counted);
  return `${counted} ${counted === 1 ? 'row' : 'rows'}`;
}

async function one(reader: Reader, sql: string): Promise<readonly Row[]> {
  return (await reader.query([sql]))[0] ?? [];
}
