import type { Change } from '../api/api.ts';
import type { Judgement } from './judge.ts';
import type { RunLog } from './request.ts';
import type { Link } from './undo-chain.ts';

/** What the history keeps of a migration that is taken back. */
export function detailOf(judgement: Judgement, link: Link) {
  const differences = judgement.differences.get(link.entry.id) ?? [];
  return {
    file: link.script.file,
    ...(judgement.computed.has(link.entry.id)
      ? { computed: [...(judgement.computed.get(link.entry.id) ?? [])] }
      : {}),
    undoes: link.entry.key,
    exact: differences.length === 0,
    differences: differences.map((change) => change.object).slice(0, 100),
  };
}

export function reportUndone(
  judgement: Judgement,
  link: Link,
): { id: string; exact: boolean; differences: readonly Change[] } {
  const differences = judgement.differences.get(link.entry.id) ?? [];
  return { id: link.entry.id, exact: differences.length === 0, differences };
}

export function tellComputed(log: RunLog, { computed }: Judgement): void {
  for (const [id, statements] of computed)
    log.notes.push(
      statements.length === 0
        ? `${id} left nothing to take back`
        : `the undo of ${id} was computed from the snapshot before it:\n${indented(statements)}`,
    );
}

function indented(statements: readonly string[]): string {
  return statements.map((sql) => `  ${sql.replaceAll('\n', '\n  ')};`).join('\n');
}

export function tellRepair(log: RunLog, { repair }: Judgement): void {
  if (repair.length === 0) return;
  log.notes.push(
    `the stored undo did not lead all the way back; what was left has been mended by:\n${indented(repair)}`,
  );
}
