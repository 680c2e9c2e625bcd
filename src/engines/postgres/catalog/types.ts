import type { Json } from '../../../catalog/catalog.ts';
import { collationName, commentJoin, ownerAndAcl } from './fragments.ts';
import { type Family, json, NOTHING, put } from './reading.ts';

/** Enums with their labels in order, domains with their constraints, composite types, whose attributes come with the columns. */
export const types: Family = {
  name: 'types',
  of: ['type'],
  sql: (
    reading,
  ) => `SELECT t.oid, t.typnamespace, quote_ident(t.typname), t.typtype, t.typrelid, d.description,
  CASE WHEN t.typtype = 'e' THEN (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) END,
  CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, t.typnotnull,
  CASE WHEN t.typtype = 'd' THEN coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) END,
  CASE WHEN t.typtype = 'd' THEN ${collationName('t.typcollation', '(SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)')} END,
  CASE WHEN t.typtype = 'd' THEN (SELECT json_agg(json_build_array(quote_ident(k.conname), pg_get_constraintdef(k.oid),
      obj_description(k.oid, 'pg_constraint'), k.oid::text) ORDER BY k.conname COLLATE "C")
    FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') END,
  ${
    reading.version < 170_000
      ? 'NULL, NULL'
      : `CASE WHEN t.typnotnull AND t.typtype = 'd' THEN (SELECT CASE WHEN k.conname <> t.typname || '_not_null' THEN quote_ident(k.conname) END
    FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'n') END,
  CASE WHEN t.typnotnull AND t.typtype = 'd' THEN (SELECT json_build_array(k.oid::text, obj_description(k.oid, 'pg_constraint')) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'n') END`
  },
  ${ownerAndAcl(reading, 't.typowner', 't.typacl', "'T'")}
FROM pg_type t ${commentJoin('d', 'pg_type', 't.oid')}
WHERE (t.typtype IN ('e', 'd') OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
  AND ${reading.inScope('t.typnamespace')} ${reading.among('t.oid', 'type')}`,
  take(row, reading) {
    const [
      oid,
      schema,
      name,
      typtype,
      relation,
      comment,
      labels,
      base,
      notNull,
      expression,
      collation,
      checks,
    ] = row;
    const [notNullName, notNullConstraint, owner, acl] = row.slice(12);
    const properties = {};
    if (typtype === 'e') put(properties, 'labels', json(labels) ?? []);
    if (typtype === 'c') put(properties, 'attributes', []);
    put(properties, 'type', base);
    if (notNull === 't') put(properties, 'notNull', true);
    put(properties, 'notNullName', notNullName);
    const [notNullNumber, notNullComment] = (json(notNullConstraint) ?? []) as unknown as readonly string[];
    put(properties, 'notNullComment', notNullComment);
    if (notNullNumber !== undefined) reading.holders.set(`constraint:${notNullNumber}`, `type:${oid}`);
    put(properties, 'default', expression);
    put(properties, 'collation', collation);
    const constraints = (json(checks) ?? []) as unknown as readonly DomainCheck[];
    putConstraints(properties, constraints);
    for (const [, , , number] of constraints) reading.holders.set(`constraint:${number}`, `type:${oid}`);
    put(properties, 'comment', comment);
    put(properties, 'owner', owner);
    put(properties, 'privileges', json(acl));
    const kind = KINDS[typtype ?? ''] ?? 'type';
    const identity = `${reading.schemas.get(schema ?? '')}.${name}`;
    const added = reading.add(`type:${oid}`, `type:${oid}`, {
      kind,
      identity,
      properties,
      dependsOn: NOTHING,
    });
    if (added === undefined) return;
    if (typtype === 'c') reading.addAddress(`relation:${relation}`, `type:${oid}`, `${kind} ${identity}`);
    // What a CHECK needs, its domain needs.
    for (const [, , , number] of constraints)
      reading.addAddress(`constraint:${number}`, `type:${oid}`, `${kind} ${identity}`);
  },
};

/** A domain's CHECK: name, definition, comment, the server's number. */
type DomainCheck = readonly [string, string, string | null, string];

function putConstraints(properties: Record<string, Json>, checks: readonly DomainCheck[]): void {
  if (checks.length === 0) return;
  put(properties, 'constraints', Object.fromEntries(checks.map(([name, definition]) => [name, definition])));
  const comments = checks.flatMap(([name, , comment]) =>
    comment === null ? [] : [[name, comment] as const],
  );
  if (comments.length > 0) put(properties, 'constraintComments', Object.fromEntries(comments));
}

const KINDS: Readonly<Record<string, string>> = { e: 'enum', d: 'domain', c: 'composite type' };
