import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Draft, RuleContext } from '../../rules.ts';
import { ancestorsOf } from './lineage.ts';
import { commentSql } from './parts.ts';
import { lastPart, parentName, textOf } from './text.ts';

/**
 * What leads from one NOT NULL to the other while the column stays NOT NULL; undefined: it is taken away and set again.
 * Servers before 18 keep nothing but the flag.
 */
export function notNullInPlace(
  before: CatalogObject,
  after: CatalogObject,
  context: RuleContext,
): readonly Draft[] | undefined {
  if (isTakenOver(before, after, context)) return [];
  if (context.after.major < 18) return undefined;
  const drafts: Draft[] = [];
  const alter = (what: string): void => {
    drafts.push({ sql: `ALTER TABLE ${parentName(after)} ${what}` });
  };
  const [was, is] = [notNullName(before), notNullName(after)];
  if (was !== is) alter(`RENAME CONSTRAINT ${was} TO ${is}`);
  const [inherited, inherits] = [before, after].map((column) => column.properties.notNullInherit !== false);
  if (inherited !== inherits) alter(`ALTER CONSTRAINT ${is} ${inherits ? 'INHERIT' : 'NO INHERIT'}`);
  const [valid, isValid] = [before, after].map((column) => column.properties.notNullValid !== false);
  if (valid && !isValid) return undefined;
  if (!valid && isValid) alter(`VALIDATE CONSTRAINT ${is}`);
  drafts.push(...notNullComment(textOf(before, 'notNullComment'), after));
  return drafts;
}

/** What is said of the constraint, if that was something else. */
export function notNullComment(was: string | undefined, after: CatalogObject): readonly Draft[] {
  const comment = textOf(after, 'notNullComment');
  if (was === comment || after.properties.notNull !== true) return [];
  const on = `CONSTRAINT ${notNullName(after)} ON ${parentName(after)}`;
  return [{ sql: commentSql(on, comment), stage: 'part' }];
}

/** A table that becomes a partition or an heir has it from the table above from then on. */
function isTakenOver(before: CatalogObject, after: CatalogObject, context: RuleContext): boolean {
  const key = after.parent ?? '';
  const [was, is] = [context.before, context.after].map((world) => ancestorsOf(world.objects.get(key)));
  return textOf(after, 'notNullName') === undefined && textOf(before, 'notNullName') !== undefined
    ? is?.some((above) => was?.includes(above) !== true) === true
    : false;
}

/** The constraint's name, its own or the one that the server gives. */
function notNullName(column: CatalogObject): string {
  const plain = (name: string): string => name.replaceAll('"', '');
  const given = `${plain(lastPart(parentName(column)))}_${plain(lastPart(column.identity))}_not_null`;
  return textOf(column, 'notNullName') ?? `"${given}"`;
}
