import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Draft, RuleContext } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { type Grants, grantChanges } from './privileges.ts';
import { listOf, quoted, textOf } from './text.ts';

/** How the statements about what every kind may have name the object. */
export interface PartNames {
  /** After COMMENT ON. */
  readonly comment: string;
  /** After ALTER, before OWNER TO. */
  readonly owner?: string;
  /** After GRANT … ON, with what is granted on such an object. */
  readonly grants?: Grants;
}

/** Owner, privileges and comment of an object that has just been made. */
export function partsOf(object: CatalogObject, names: PartNames, context: RuleContext): readonly Draft[] {
  return partChanges(undefined, object, names, context);
}

/** What leads from one's owner, privileges and comment to the other's. */
export function partChanges(
  before: CatalogObject | undefined,
  after: CatalogObject,
  names: PartNames,
  context: RuleContext,
): readonly Draft[] {
  const drafts: Draft[] = [];
  const owner = textOf(after, 'owner');
  if (names.owner !== undefined && owner !== undefined && owner !== (before && textOf(before, 'owner')))
    drafts.push({
      sql: `ALTER ${names.owner} OWNER TO ${role(owner)}`,
      stage: 'part',
      ...(before === undefined
        ? {}
        : { hazards: [hazard('privilege-change', after, `owner becomes ${owner}`)] }),
    });
  if (names.grants !== undefined) drafts.push(...grantChanges(before, after, names.grants, context));
  const [was, is] = [before && textOf(before, 'comment'), textOf(after, 'comment')];
  if (was !== is) drafts.push({ sql: commentSql(names.comment, is), stage: 'part' });
  if (names.owner !== undefined) drafts.push(...extensionTies(before, after, names.owner));
  return drafts;
}

/** What goes when an extension goes. `on`: after ALTER. */
export function extensionTies(
  before: CatalogObject | undefined,
  after: CatalogObject,
  on: string,
): readonly Draft[] {
  const name = 'dependsOnExtensions';
  const [was, is] = [before === undefined ? [] : listOf(before, name), listOf(after, name)];
  const tie = (no: string, extension: string): Draft => ({
    sql: `ALTER ${on} ${no}DEPENDS ON EXTENSION ${extension}`,
    stage: 'part',
  });
  return [
    ...was.filter((extension) => !is.includes(extension)).map((extension) => tie('NO ', extension)),
    ...is.filter((extension) => !was.includes(extension)).map((extension) => tie('', extension)),
  ];
}

export function commentSql(on: string, text: string | undefined): string {
  return `COMMENT ON ${on} IS ${text === undefined ? 'NULL' : quoted(text)}`;
}

/** Owners come from the server unquoted. */
function role(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

const RESERVED = new Set([
  'user',
  'current_user',
  'session_user',
  'public',
  'none',
  'current_role',
  'all',
  'default',
]);
