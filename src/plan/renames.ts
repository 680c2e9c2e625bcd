import { type Change, MooringError } from '../api/api.ts';
import { type Catalog, type CatalogObject, childrenOf, keyOf } from '../catalog/catalog.ts';
import type { PlanRules, Session } from '../engines/engines.ts';
import type { PlannedStatement } from './between.ts';
import { dumpOf } from './dump.ts';
import { runAll } from './prove.ts';

/** `-- mooring: renamed from …` above what has the new name. */
export interface RenameNote {
  readonly from: string;
  /** The line below it. */
  readonly line: string;
  /** Name of the table in whose CREATE TABLE it stands, as written. */
  readonly table: string | undefined;
  /** `file:line`, for errors. */
  readonly where: string;
}

/** A rename that is still to be done. */
export interface Rename {
  /** As it is called once the table that it is part of has its new name. */
  readonly before: CatalogObject;
  readonly after: CatalogObject;
  /** Its key in the catalog as it is. */
  readonly key: string;
}

const NOTE =
  /^[ \t]*--[ \t]*mooring:[ \t]*renamed[ \t]+from[ \t]+(\S+?);?[ \t]*\r?\n(?:[ \t]*--.*\r?\n)*[ \t]*(.*)$/gim;
const TABLE = /\bcreate\s+(?:unlogged\s+|foreign\s+)?table\s+(?:if\s+not\s+exists\s+)?([^\s(]+)/gi;

/** The notes of one SQL file. */
export function renameNotes(file: string, text: string): readonly RenameNote[] {
  const tables = [...text.matchAll(TABLE)];
  return [...text.matchAll(NOTE)].map((found) => {
    const [, from = '', line = ''] = found;
    const place = text.slice(0, found.index).split('\n').length;
    const table = tables.findLast(
      (each) => each.index < found.index && !/;\s*$/m.test(text.slice(each.index, found.index)),
    );
    return { from, line, table: table?.[1], where: `${file}:${place}` };
  });
}

/** Kinds by the words that make one. */
const MADE: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([^\s(]+)/i, ['table']],
  [/^create\s+(?:or\s+replace\s+)?view\s+([^\s(]+)/i, ['view']],
  [/^create\s+materialized\s+view\s+(?:if\s+not\s+exists\s+)?([^\s(]+)/i, ['materialized view']],
  [/^create\s+(?:unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?([^\s(]+)/i, ['index']],
  [/^create\s+sequence\s+(?:if\s+not\s+exists\s+)?([^\s(;]+)/i, ['sequence']],
  [/^create\s+type\s+([^\s(]+)/i, ['enum', 'composite type', 'range type']],
  [/^create\s+domain\s+([^\s(]+)/i, ['domain']],
  [/^create\s+schema\s+(?:if\s+not\s+exists\s+)?([^\s(;]+)/i, ['schema']],
];

/**
 * What the notes ask for and is not done yet: the new name is wanted, the old one is there and the new one is not. A note
 * whose object is there by its new name has been heeded before. Throws `directive-invalid` for a note above nothing that can be renamed.
 */
export function renamesBetween(
  notes: readonly RenameNote[],
  before: Catalog,
  after: Catalog,
): readonly Rename[] {
  const wanted = notes.map((note) => ({ note, object: wantedBy(note, after) ?? nothingBelow(note) }));
  const whole = wanted.filter(({ object }) => object.parent === undefined || !PARTS.has(object.kind));
  const parts = wanted.filter(({ object }) => object.parent !== undefined && PARTS.has(object.kind));
  const renames: Rename[] = [];
  // Names of tables as they are before, by the name that they have once they are renamed.
  const former = new Map<string, string>();
  for (const { note, object } of whole) {
    if (before.objects.has(keyOf(object))) continue;
    const old = formerOf(object, note.from, before);
    if (old === undefined) continue;
    renames.push({ before: old, after: object, key: keyOf(old) });
    former.set(keyOf(object), keyOf(old));
  }
  for (const { note, object } of parts) {
    const table = (object.parent ?? '').replace(/^table /, '');
    const there = former.get(object.parent ?? '')?.replace(/^table /, '') ?? table;
    const was = (name: string): string => {
      const last = name.split('.').at(-1) ?? '';
      return object.kind === 'column' ? `column ${there}.${last}` : `constraint ${last} on ${there}`;
    };
    const own =
      object.kind === 'column'
        ? lastName(object.identity)
        : object.identity.slice(0, object.identity.lastIndexOf(' on '));
    const isDone = before.objects.has(
      object.kind === 'column' ? `column ${there}.${own}` : `constraint ${own} on ${there}`,
    );
    const old = objectOf(before, spellings(note.from), was);
    if (old === undefined || isDone) continue;
    const identity =
      object.kind === 'column'
        ? `${table}.${lastName(old.identity)}`
        : `${old.identity.slice(0, old.identity.lastIndexOf(' on '))} on ${table}`;
    const renamed = { ...old, identity, parent: object.parent ?? '' };
    renames.push({ before: renamed, after: object, key: keyOf(old) });
  }
  return renames;
}

/** What is renamed within its table. */
const PARTS: ReadonlySet<string> = new Set(['column', 'constraint']);

function lastName(identity: string): string {
  return /(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`|[^."`])+$/u.exec(identity)?.[0] ?? identity;
}

function nothingBelow({ where, from, line }: RenameNote): never {
  throw new MooringError(
    'directive-invalid',
    `${where}: renamed from ${from}: nothing below it that has a name of its own: ${line.slice(0, 60)}`,
    { hint: 'Put it on a line of its own, right above CREATE … or above a column.' },
  );
}

function wantedBy({ line, table }: RenameNote, after: Catalog): CatalogObject | undefined {
  for (const [pattern, kinds] of MADE) {
    const name = pattern.exec(line)?.[1];
    if (name !== undefined) return named(after, kinds, name);
  }
  const name = /^("(?:[^"]|"")*"|`(?:[^`]|``)*`|[\w$]+)\s/.exec(line)?.[1];
  const owner = table === undefined ? undefined : named(after, ['table'], table);
  if (name === undefined || owner === undefined) return undefined;
  const constraint = /^constraint\s+("(?:[^"]|"")*"|[\w$]+)/i.exec(line)?.[1];
  if (constraint !== undefined)
    return objectOf(after, spellings(constraint), (own) => `constraint ${own} on ${owner.identity}`);
  return objectOf(after, spellings(name), (own) => `column ${owner.identity}.${own}`);
}

/** By its whole name, or by its last part where that is enough. */
function named(catalog: Catalog, kinds: readonly string[], written: string): CatalogObject | undefined {
  for (const name of spellings(written)) {
    const found = [...catalog.objects.values()].filter(
      ({ kind, identity }) => kinds.includes(kind) && (identity === name || identity.endsWith(`.${name}`)),
    );
    const one =
      found.length === 1
        ? found[0]
        : found.find(({ identity }) => identity === name || identity === `public.${name}`);
    if (one !== undefined) return one;
  }
  return undefined;
}

/**
 * What the server may know it as: one that is not quoted as it is written (MySQL), or in lower case (PostgreSQL, where a
 * name with capitals has quotes in the catalog).
 */
function spellings(written: string): readonly string[] {
  const bare = written.replaceAll(/`([\w$]+)`/g, '$1');
  return written.includes('"') ? [written] : [bare, bare.toLowerCase()];
}

function objectOf(catalog: Catalog, names: readonly string[], keyOfName: (name: string) => string) {
  for (const name of names) {
    const found = catalog.objects.get(keyOfName(name));
    if (found !== undefined) return found;
  }
  return undefined;
}

function formerOf(wanted: CatalogObject, from: string, before: Catalog): CatalogObject | undefined {
  const { kind, identity } = wanted;
  const schema = /^(?:"(?:[^"]|"")*"|[^.])+\./.exec(identity)?.[0] ?? '';
  return objectOf(
    before,
    spellings(from),
    (name) => `${kind} ${name.includes('.') ? name : `${schema}${name}`}`,
  );
}

export interface Renamed {
  /** What is there once all is renamed. */
  readonly catalog: Catalog;
  readonly statements: readonly PlannedStatement[];
  readonly changes: readonly Change[];
  readonly renames: readonly Rename[];
}

/**
 * Renames in a scratch database, where the server itself says what texts then name; `scratch` is as `before`, or empty:
 * then it is built there first. Throws `not-supported` for kinds that cannot be renamed.
 */
export async function renameIn(
  scratch: Session,
  isBuilt: boolean,
  before: Catalog,
  renames: readonly Rename[],
  rules: PlanRules,
): Promise<Renamed> {
  const statements = renames.flatMap((rename): readonly PlannedStatement[] => {
    const draft = rules.rename?.(
      rename.before,
      rename.after,
      childrenOf(before, before.objects.get(rename.key)?.parent),
    );
    if (draft === undefined)
      throw new MooringError('not-supported', `${keyOf(rename.before)} cannot be renamed by a note`, {
        hint: 'Rename it in a migration.',
      });
    const object = keyOf(rename.after);
    const plain = (sql: string): PlannedStatement => ({ sql, object, transactional: true, hazards: [] });
    const hazard = {
      code: 'blocks-reads',
      object,
      detail: 'an exclusive lock, short; who uses the old name fails from then on',
    } as const;
    return [
      ...(draft.first ?? []).map(plain),
      { ...plain(draft.sql), hazards: [hazard] },
      ...(draft.last ?? []).map(plain),
    ];
  });
  const built = isBuilt ? [] : dumpOf(before, rules).statements;
  const refused = await runAll(
    scratch,
    [...built, ...statements].map(({ sql }) => sql),
  );
  if (refused !== undefined)
    throw new MooringError('sql-failed', `renaming in a scratch database failed: ${refused}`, {
      hint: 'Rename it in a migration.',
    });
  const { catalog } = await scratch.readCatalog(before.scope);
  const changes = renames.map(
    (rename): Change => ({
      object: keyOf(rename.after),
      kind: rename.after.kind,
      change: 'changed',
      details: [`name: ${rename.before.identity} → ${rename.after.identity}`],
    }),
  );
  return { catalog, statements, changes, renames };
}
