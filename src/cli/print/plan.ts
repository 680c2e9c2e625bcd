import type { Plan } from '../../plan/plan.ts';

/** As psql takes it; what a statement can do, and what is left, as comments. */
export function planSql({ statements, left }: Plan): string {
  const lines = left.map((each) => `-- left as it is: ${each}`);
  for (const { sql, hazards, transactional } of statements) {
    for (const { code, object, detail } of hazards)
      lines.push(`-- ${code}: ${oneLine(`${object}: ${detail}`)}`);
    if (!transactional) lines.push('-- not in a transaction block');
    lines.push(`${sql};`);
  }
  return lines.join('\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
