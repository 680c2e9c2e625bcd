import { MooringError } from '../api/api.ts';
import { approval, hazardsListed, judgeHazards, type Plan, planDigest } from '../plan/plan.ts';
import type { RunRequest } from '../runner/runner.ts';
import { type Reverter, statementLines } from './drifted.ts';

/**
 * Before a plan that puts drift back is run: what the definition says of what its statements can do. To a person who asks
 * for it at a command line only `refuse` counts. What would be lost is no matter of words: that is measured, row by row.
 * Throws `hazard-refused`, `hazard-unapproved`.
 */
export function judgeBack(
  { definition, allow }: Pick<RunRequest, 'definition' | 'allow'>,
  plan: Plan,
  by: Reverter,
): void {
  const { hazards } = definition.spec;
  const texts = plan.statements.map(({ sql }) => sql);
  const digest = planDigest(texts);
  const found = plan.statements
    .flatMap((statement) => statement.hazards)
    .filter(({ code }) => code !== 'data-loss');
  const policy = { ...hazards, allow: [...hazards.allow, ...allow] };
  const { refused, unapproved } = judgeHazards(found, digest, policy, by === 'person');
  const way = `it would be put back by:\n${statementLines(texts)}`;
  const approve = `to approve these statements and no others, put into mooring.yaml, below spec:\n${approval(digest)}`;
  if (refused.length > 0) {
    throw new MooringError(
      'hazard-refused',
      `the drift is not put back: hazards.refuse of the definition names ${hazardsListed(refused)}\n${way}`,
      { hint: `Put it back by a migration, or keep it: mooring accept --url …\nOr, ${approve}` },
    );
  }
  if (unapproved.length > 0) {
    const codes = [...new Set(unapproved.map(({ code }) => code))].join(', ');
    throw new MooringError(
      'hazard-unapproved',
      `the drift is not put back: nobody has approved ${hazardsListed(unapproved)}\n${way}`,
      {
        hint: `To do it this once, by hand: mooring drift --revert --url …\nOr, ${approve}\nOr allow it whatever the plan: hazards: {allow: [${codes}]}`,
      },
    );
  }
}
