import type { PlanRules } from '../../engines/engines.ts';
import type { Plan } from '../../plan/plan.ts';

/** As the server's own client takes it; what a statement can do, and what is left, as comments. */
export function planSql({ statements, left }: Plan, rules: PlanRules): string {
  const lines = left.map((each) => `-- left as it is: ${each}`);
  for (const { sql, hazards, transactional } of statements) {
    for (const { code, object, detail } of hazards)
      lines.push(`-- ${code}: ${oneLine(`${object}: ${detail}`)}`);
    if (!transactional) lines.push('-- not in a transaction block');
    lines.push(rules.ended(sql));
  }
  return lines.join('\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
