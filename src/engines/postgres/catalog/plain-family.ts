import type { Json } from '../../../catalog/catalog.ts';
import type { AddressClass } from './catalogues.ts';
import { CLASSES } from './catalogues.ts';
import { commentJoin, ownerAndAcl } from './fragments.ts';
import { type Draft, type Family, json, NOTHING, OTHER, put, type Reading } from './reading.ts';

/** A kind whose objects are each one row of a catalogue. All texts are SQL over that row, `x`; NULL is the default. */
export interface PlainKind {
  /** The kind, and how its objects are addressed. */
  readonly kind: AddressClass;
  /** More tables beside the row, e.g. `JOIN pg_am am ON am.oid = x.opcmethod`. */
  readonly join?: string;
  readonly where?: string;
  /** Column with the schema's number; without it the object is the database's own. */
  readonly schema?: string;
  /** Name within the schema, or the whole identity of what lies in none. */
  readonly name: string;
  readonly owner?: string;
  /** Column and the letter that `acldefault` knows it by. */
  readonly acl?: readonly [column: string, type: string];
  readonly properties: Readonly<Record<string, string>>;
  /** Values that are JSON: lists, numbers, `true`. */
  readonly json?: Readonly<Record<string, string>>;
  /** JSON list of the addresses, `<class>:<oid>`, of what must exist before it and the server's dependencies do not tell. */
  readonly needs?: string;
  /** Makes properties of what is not to be kept as it is. */
  readonly finish?: Finish;
}

export type Finish = (properties: Record<string, Json>, draft: Draft, reading: Reading) => void;

/** A family of one such kind. Nothing is asked where there is none; what lies in no schema needs the whole database. */
export function plainFamily(kind: PlainKind['kind'], describe: (reading: Reading) => PlainKind): Family {
  return {
    name: kind,
    of: [OTHER],
    rare: kind as NonNullable<Family['rare']>,
    sql: (reading) => plainSql(describe(reading), reading),
    take([oid, schema, name, comment, owner, acl, needs, ...values], reading) {
      const described = describe(reading);
      const properties: Record<string, Json> = {};
      const [texts, structured] = [Object.keys(described.properties), Object.keys(described.json ?? {})];
      for (const [at, property] of texts.entries()) put(properties, property, values[at]);
      for (const [at, property] of structured.entries())
        put(properties, property, json(values[texts.length + at]));
      put(properties, 'comment', comment);
      put(properties, 'owner', owner);
      put(properties, 'privileges', json(acl));
      const place = schema == null ? '' : `${reading.schemas.get(schema)}.`;
      const draft: Draft = { kind, identity: `${place}${name}`, properties, dependsOn: NOTHING };
      described.finish?.(properties, draft, reading);
      if (reading.add(`${kind}:${oid}`, OTHER_ROOT, draft) === undefined) return;
      for (const address of (json(needs) ?? []) as readonly string[]) reading.need(draft, address);
    },
  };
}

/** All that is rare is read again as one. */
export const OTHER_ROOT = `${OTHER}:all`;

function plainSql(kind: PlainKind, reading: Reading): string | undefined {
  if (kind.schema === undefined && reading.scope.schemas !== 'all') return undefined;
  const catalogue = CLASSES[kind.kind];
  const ownerText = kind.owner ?? 'NULL::oid';
  const [acl, aclType] = kind.acl ?? [undefined, 'r'];
  const who =
    kind.owner === undefined
      ? 'NULL, NULL'
      : acl === undefined
        ? `${reading.includes('owners') ? `pg_get_userbyid(${ownerText})` : 'NULL'}, NULL`
        : ownerAndAcl(reading, ownerText, acl, `'${aclType}'`);
  const values = [...Object.values(kind.properties), ...Object.values(kind.json ?? {})];
  return `SELECT x.oid, ${kind.schema ?? 'NULL'}, ${kind.name}, d.description, ${who}, ${kind.needs ?? 'NULL'}${values.map((value) => `,\n  ${value}`).join('')}
FROM ${catalogue} x ${kind.join ?? ''} ${commentJoin('d', catalogue, 'x.oid')}
WHERE x.oid >= 16384 ${kind.schema === undefined ? '' : `AND ${reading.inScope(kind.schema)}`} ${kind.where === undefined ? '' : `AND ${kind.where}`}
ORDER BY x.oid`;
}

/** `true` as JSON where the condition holds, else nothing. */
export function flag(condition: string): string {
  return `CASE WHEN ${condition} THEN 'true' END`;
}

/** A function's name; nothing for none. */
export function routineName(column: string): string {
  return `CASE WHEN ${column} <> 0 THEN ${column}::regproc::text END`;
}

/** An operator as it is written where a list of others does not tell its types. */
export function operatorName(column: string): string {
  return `(SELECT 'OPERATOR(' || quote_ident(on_.nspname) || '.' || o.oprname || ')' FROM pg_operator o JOIN pg_namespace on_ ON on_.oid = o.oprnamespace WHERE o.oid = ${column})`;
}
