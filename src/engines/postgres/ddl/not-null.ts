import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Draft, Fate, RuleContext } from '../../rules.ts';
import { ancestorsOf, columnsAbove } from './lineage.ts';
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

/**
 * What a table had from above it keeps when it leaves, under the name that it had there or one of its own: no catalog tells
 * which (PostgreSQL 18, where NOT NULL has a name).
 */
export function notNullNamesKept(context: RuleContext, fates: ReadonlyMap<string, Fate>): readonly string[] {
  const { before, after } = context;
  if (after.major < 18) return [];
  return [...fates.keys()].flatMap((key) => {
    const [was, is] = [before.objects.get(key), after.objects.get(key)];
    if (was === undefined || is === undefined || ancestorsOf(was).length === 0) return [];
    return before.children(key).flatMap((column) => {
      const gone = columnsAbove(column, before).filter(
        (above) => !ancestorsOf(is).includes(parentName(above)),
      );
      const stays = after.objects.get(keyOf(column))?.properties.notNull === true;
      return stays && gone.some(({ properties }) => properties.notNull === true)
        ? [`${keyOf(column)}: NOT NULL may keep the name that it has from above`]
        : [];
    });
  });
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
