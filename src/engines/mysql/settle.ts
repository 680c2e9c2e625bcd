import type { Json } from '../../catalog/catalog.ts';
import type { DefinedObject, Settled, Settlement } from '../engine.ts';
import { spelled } from './catalog/catalog.ts';
import { type Definition, definitionOf, type Look, numberedTable } from './definition.ts';
import { identifier } from './wire.ts';

type Facts = { readonly [key: string]: Json };
type Rule = Extract<Settlement, { readonly rule: 'definition' }>;

/** How an object stood before a statement, as it is kept in the journal row. */
interface Stood {
  readonly schema: string;
  readonly definition: Definition;
  /** The server's own number of a table's rows, of one that goes or is emptied; null where the account may not see it. */
  readonly number: string | null;
}

/**
 * What stands before a bare statement runs: the definition of each object that it is about. `database`: where the
 * session is, for names without one. `own`: the database that is migrated; objects of others are not in its catalog.
 */
export async function beforeBare(
  look: Look,
  settlement: Settlement | undefined,
  database: string,
  own: string,
): Promise<Facts> {
  if (settlement === undefined) return {};
  if (settlement.rule !== 'definition') return { objects: [] };
  const before: Json[] = [];
  const objects = new Set<string>();
  for (const object of settlement.objects) {
    const schema = object.name.schema ?? database;
    before.push({ ...(await stateOf(look, object, schema)) });
    if (schema === own) objects.add(`${object.kind} ${spelled(object.name.name)}`);
  }
  return { objects: [...objects], before };
}

/** How an interrupted statement is gone on with: by what stood before and what stands now, object by object. */
export async function settle(look: Look, settlement: Settlement, facts: Facts): Promise<Settled> {
  if (settlement.rule === 'run-again') return { verdict: 'run', note: 'can be run again' };
  if (settlement.rule !== 'definition') return { verdict: 'doubt', note: 'has no rule' };
  const before = (facts.before ?? []) as unknown as readonly Stood[];
  const found: Found[] = [];
  for (const [n, object] of settlement.objects.entries()) {
    const was = before[n];
    if (was === undefined) return { verdict: 'doubt', note: 'what stood before is not recorded' };
    found.push(await judge(look, settlement, object, was));
  }
  const note = found.map((each) => each.note).join('; ');
  const all = (...signs: readonly Found['sign'][]): boolean =>
    found.every(({ sign }) => signs.includes(sign));
  if (all('not', 'either')) return { verdict: 'run', note: `${note}: the statement is sent again` };
  if (all('did', 'either')) return { verdict: 'done', note: `${note}: the statement had ended` };
  return { verdict: 'doubt', note };
}

/** `did`, `not`: the statement has run or has not, as far as this object tells; `either`: it would be the same. */
interface Found {
  readonly sign: 'did' | 'not' | 'either' | 'doubt';
  readonly note: string;
}

async function judge(look: Look, rule: Rule, object: DefinedObject, was: Stood): Promise<Found> {
  const is = await stateOf(look, object, was.schema);
  const name = `${object.kind} ${identifier(was.schema)}.${identifier(object.name.name)}`;
  const [before, now] = [was.definition, is.definition];
  if (before.state === 'unknown' || now.state === 'unknown')
    return { sign: 'doubt', note: `the account may not see ${name}` };
  if (!isAtomic(before) || !isAtomic(now))
    return { sign: 'doubt', note: `DDL of ${name} is not atomic: its storage engine is not InnoDB` };
  const there = now.state === 'there';
  if (before.state === 'absent') return judgeNew(rule, object, there, name);
  if (!there) {
    const sign = object.change === 'gone' ? 'did' : object.change === 'changed' ? 'doubt' : 'not';
    return { sign, note: `${name} is gone` };
  }
  if (object.change === 'emptied') return judgeEmptied(look, object, was, is, name);
  const same = before.text === now.text;
  const lost = object.keeps === true ? lostFrom(before.text, now.text) : [];
  if (lost.length > 0)
    return { sign: 'doubt', note: `${name} has lost ${lost.join(', ')}, which the statement does not take` };
  if (!same)
    return {
      sign: object.change === 'gone' ? 'doubt' : 'did',
      note: `${name} is otherwise than it was before`,
    };
  const remade = was.number !== null && is.number !== null && was.number !== is.number;
  // A rebuild, or a new table of the same definition: a second time does no harm, unless rows are lost by it.
  if (remade && object.change === 'gone') return { sign: 'doubt', note: `${name} was made anew` };
  return { sign: 'not', note: `${name} is as it was before` };
}

/**
 * Columns and constraints of a table that are not in it any more. MariaDB before 11 comes up without the foreign keys of
 * a table whose ALTER … ALGORITHM=COPY was about to end when the server was killed.
 */
function lostFrom(before: string, now: string): readonly string[] {
  const kept = new Set(partsOf(now));
  return partsOf(before).filter((part) => !kept.has(part));
}

function partsOf(definition: string): readonly string[] {
  return [...definition.matchAll(/^ {2}(CONSTRAINT )?(`(?:[^`]|``)+`)/gm)].map(
    ([, constraint, name]) => `${constraint === undefined ? 'column' : 'constraint'} ${name}`,
  );
}

function judgeNew(rule: Rule, object: DefinedObject, there: boolean, name: string): Found {
  if (!there)
    return object.change === 'gone'
      ? { sign: 'either', note: `${name} was not there before and is not there` }
      : { sign: 'not', note: `${name} is not there` };
  if (object.change === 'gone' || object.change === 'emptied')
    return { sign: 'doubt', note: `${name} was not there before and is there now` };
  if (rule.filled === true)
    return { sign: 'doubt', note: `${name} is there; whether with all of its rows is not known` };
  return { sign: 'did', note: `${name} is there` };
}

/** A second TRUNCATE would take away what others have written since the first. */
async function judgeEmptied(
  look: Look,
  object: DefinedObject,
  was: Stood,
  is: Stood,
  name: string,
): Promise<Found> {
  const table = `${identifier(was.schema)}.${identifier(object.name.name)}`;
  const [rows] = await look(`SELECT EXISTS (SELECT 1 FROM ${table}) AS holds`);
  if (rows?.[0]?.holds === '0') return { sign: 'did', note: `${name} is empty` };
  if (was.number === null || is.number === null)
    return { sign: 'doubt', note: `${name} holds rows; whether they came after the statement is not known` };
  return was.number === is.number
    ? { sign: 'not', note: `${name} holds the rows that it held before` }
    : { sign: 'did', note: `${name} holds rows that came after it was emptied` };
}

async function stateOf(look: Look, object: DefinedObject, schema: string): Promise<Stood> {
  const { name } = object.name;
  // The server looks through all of its tables for the number, so it is asked for it only where it tells something.
  if (object.kind === 'table' && (object.change === 'gone' || object.change === 'emptied'))
    return { schema, ...(await numberedTable(look, schema, name)) };
  return { schema, definition: await definitionOf(look, object.kind, schema, name), number: null };
}

/** Tables of other engines can be left half altered. What has no engine lies in InnoDB's dictionary. */
function isAtomic(definition: Definition): boolean {
  if (definition.state !== 'there') return true;
  const engine = /^\)[^\n]* ENGINE=(\w+)/m.exec(definition.text)?.[1];
  return engine === undefined || engine.toLowerCase() === 'innodb';
}
