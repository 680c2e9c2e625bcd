import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, Draft, KindRules, RuleContext } from '../../rules.ts';
import type { Flavor } from '../flavor.ts';
import { hazard } from './hazards.ts';
import { dropIndexText, indexText } from './indexes.ts';
import { nameIn, sqlList, sqlName, tableOf, textOf } from './text.ts';
import { inexactTable, isVerbatim } from './verbatim.ts';

/**
 * Foreign keys and checks. A foreign key is part of its table's own statement where the table that it points to has
 * nothing done to it, and stands by itself where an order has to be kept, or a circle to be cut.
 */
export function constraints(flavor: Flavor): KindRules {
  return {
    weight: 60,
    create: (constraint, context) => ({ main: addSql(constraint, flavor, context), parts: [] }),
    drop: (constraint) => [{ sql: `ALTER TABLE ${tableOf(constraint)} ${dropConstraintText(constraint)}` }],
    alter: alterConstraint,
    madeByParent: (constraint, { apart, fate, after }) => {
      const parent = constraint.parent ?? '';
      return isNew(fate(parent)) && (isVerbatim(parent, after) || !apart(keyOf(constraint)));
    },
    changedByParent,
    // One name for all foreign keys of a database (MySQL manual, "FOREIGN KEY Constraints").
    names: (constraint) =>
      textOf(constraint, 'references') === undefined ? [] : [`foreign key ${nameIn(constraint)}`],
    refusal: (constraint, context) => inexactTable(constraint.parent ?? '', context),
  };
}

export function isNew(fate: string): boolean {
  return fate === 'created' || fate === 'again';
}

export function changedByParent(constraint: CatalogObject, { apart, fate }: RuleContext): boolean {
  const references = textOf(constraint, 'references');
  if (references === undefined) return true;
  if (apart(keyOf(constraint)) || fate(keyOf(constraint)) === 'again') return false;
  return fate(`table ${references}`) === 'kept' || fate(`table ${references}`) === 'absent';
}

function alterConstraint({ after, changed, disturbed }: Alteration): Alter | undefined {
  if (changed.size === 1 && changed.has('enforced')) return { statements: [] };
  if (changed.size > 0) return undefined;
  if (textOf(after, 'references') === undefined) return { statements: [] };
  // The server minds a change of the columns on either side, not that of an index in one statement.
  return disturbed.some(({ key }) => !key.startsWith('index ')) ? undefined : { statements: [] };
}

/** As CREATE TABLE says it, and ALTER TABLE after ADD. */
export function constraintText(constraint: CatalogObject): string {
  const { properties } = constraint;
  const named = `CONSTRAINT ${nameIn(constraint)}`;
  const other = properties.options === undefined ? '' : ` ${properties.options}`;
  if (properties.references === undefined)
    return `${named} CHECK (${properties.check})${properties.enforced === false ? ' NOT ENFORCED' : ''}${other}`;
  const action = (event: string, name: string): string =>
    properties[name] === undefined ? '' : ` ON ${event} ${String(properties[name]).toUpperCase()}`;
  return `${named} FOREIGN KEY (${sqlList(properties.columns)}) REFERENCES ${sqlName(String(properties.references))} (${sqlList(properties.referencedColumns)})${action('DELETE', 'onDelete')}${action('UPDATE', 'onUpdate')}${other}`;
}

export function dropConstraintText(constraint: CatalogObject): string {
  const isForeign = constraint.properties.references !== undefined;
  return `DROP ${isForeign ? 'FOREIGN KEY' : 'CONSTRAINT'} ${nameIn(constraint)}`;
}

function addSql(constraint: CatalogObject, flavor: Flavor, context: RuleContext): Draft {
  const again = remadeIndexes(constraint, flavor, context).map((text) => `, ${text}`);
  return {
    sql: `ALTER TABLE ${tableOf(constraint)} ADD ${constraintText(constraint)}${again.join('')}`,
    hazards: isNew(context.fate(constraint.parent ?? ''))
      ? []
      : [
          hazard(
            'table-rewrite',
            constraint,
            'ALGORITHM=COPY: the server checks foreign keys only when it copies',
          ),
          hazard('blocks-writes', constraint, 'LOCK=SHARED meanwhile'),
          hazard('fails-on-rows', constraint, 'rows that point nowhere'),
        ],
  };
}

/**
 * An index over the same columns may be one that the server made for an earlier foreign key: with a new one it would make
 * another and drop this. Made again in the same statement it is the user's own.
 */
export function remadeIndexes(
  constraint: CatalogObject,
  flavor: Flavor,
  { after, fate }: RuleContext,
): readonly string[] {
  if (constraint.properties.references === undefined) return [];
  const columns = constraint.properties.columns as readonly string[];
  const same = after.children(constraint.parent ?? '').find(({ kind, properties }) => {
    const parts = properties.columns as readonly string[] | undefined;
    return (
      kind === 'index' &&
      properties.unique !== true &&
      parts?.length === columns.length &&
      parts.every((part, at) => part === columns[at])
    );
  });
  if (same === undefined || isNew(fate(keyOf(same))) || isNew(fate(constraint.parent ?? ''))) return [];
  return [dropIndexText(same), `ADD ${indexText(same, flavor)}`];
}
