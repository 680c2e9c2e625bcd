import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Alter, Creation, Draft, KindRules } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { commentSql } from './parts.ts';
import { stable } from './stable.ts';
import { listOf, nameOn, parentName, textOf } from './text.ts';

export const policies: KindRules = {
  weight: 75,
  create(policy): Creation {
    const { restrictive } = policy.properties;
    const head = `CREATE POLICY ${nameOn(policy)} ON ${parentName(policy)}${restrictive === true ? ' AS RESTRICTIVE' : ''} FOR ${textOf(policy, 'command')?.toUpperCase()} TO ${listOf(policy, 'roles').join(', ')}`;
    return {
      main: {
        sql: `${head}${conditions(policy)}`,
        hazards: [hazard('privilege-change', policy, 'who sees which rows')],
      },
      parts: comment(undefined, policy),
    };
  },
  drop: (policy) => [
    {
      sql: `DROP POLICY ${nameOn(policy)} ON ${parentName(policy)}`,
      hazards: [hazard('privilege-change', policy, 'who sees which rows')],
    },
  ],
  alter({ before, after, changed, disturbed }): Alter | undefined {
    if (disturbed.length > 0 || changed.has('command') || changed.has('restrictive')) return undefined;
    const taken = ['using', 'check'].some(
      (name) => changed.has(name) && after.properties[name] === undefined,
    );
    if (taken) return undefined;
    const own = ['roles', 'using', 'check'].some((name) => changed.has(name));
    const sql = `ALTER POLICY ${nameOn(after)} ON ${parentName(after)} TO ${listOf(after, 'roles').join(', ')}${conditions(after)}`;
    const statements: Draft[] = own
      ? [{ sql, hazards: [hazard('privilege-change', after, 'who sees which rows')] }]
      : [];
    return { statements: [...statements, ...comment(before, after)] };
  },
};

function conditions(policy: CatalogObject): string {
  const [using, check] = [textOf(policy, 'using'), textOf(policy, 'check')];
  return `${using === undefined ? '' : ` USING (${stable(using)})`}${check === undefined ? '' : ` WITH CHECK (${stable(check)})`}`;
}

function comment(before: CatalogObject | undefined, after: CatalogObject): readonly Draft[] {
  const [was, is] = [before && textOf(before, 'comment'), textOf(after, 'comment')];
  if (was === is) return [];
  return [{ sql: commentSql(`POLICY ${nameOn(after)} ON ${parentName(after)}`, is), stage: 'part' }];
}
