import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Draft, KindRules } from '../../rules.ts';
import { commentSql } from './parts.ts';
import { stable } from './stable.ts';
import { nameOn, parentName, textOf } from './text.ts';
import { STATE } from './triggers.ts';

/** Rules of tables and views. */
export const rewriteRules: KindRules = {
  weight: 68,
  create: (rule) => ({ main: { sql: definitionOf(rule) }, parts: partsOf(undefined, rule) }),
  drop: (rule) => [{ sql: `DROP RULE ${nameOn(rule)} ON ${parentName(rule)}` }],
  alter({ before, after, changed, disturbed }) {
    if (disturbed.length > 0) return undefined;
    const replaced = changed.has('definition');
    const statements: Draft[] = replaced
      ? [{ sql: definitionOf(after).replace(/^CREATE RULE /, 'CREATE OR REPLACE RULE ') }]
      : [];
    return { statements: [...statements, ...partsOf(before, after)] };
  },
};

function definitionOf(rule: CatalogObject): string {
  return stable(textOf(rule, 'definition') ?? '').replace(/;\s*$/, '');
}

function partsOf(before: CatalogObject | undefined, after: CatalogObject): readonly Draft[] {
  const drafts: Draft[] = [];
  const table = parentName(after);
  const [was, is] = [before && textOf(before, 'enabled'), textOf(after, 'enabled')];
  if (was !== is)
    drafts.push({
      sql: `ALTER TABLE ${table} ${STATE[is ?? ''] ?? 'ENABLE'} RULE ${nameOn(after)}`,
      stage: 'part',
    });
  const [said, says] = [before && textOf(before, 'comment'), textOf(after, 'comment')];
  if (said !== says)
    drafts.push({ sql: commentSql(`RULE ${nameOn(after)} ON ${table}`, says), stage: 'part' });
  return drafts;
}
