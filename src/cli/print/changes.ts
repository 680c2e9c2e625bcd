import type { Change } from '../../api/api.ts';

const SIGN = { added: '+', removed: '-', changed: '~' } as const;

/** One line an object, and what of it differs below. Of texts with several lines those that differ, with their neighbours. */
export function changeLines(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ object, change, details }) => [
    `${SIGN[change]} ${object}`,
    ...details.flatMap(detailLines).map((line) => `    ${line}`),
  ]);
}

const ARROW = ' → ';

/** `<property>: <old> → <new>`; where a value has lines, one below the other. */
function detailLines(detail: string): readonly string[] {
  if (!detail.includes('\n')) return [detail];
  const at = detail.indexOf(': ');
  const [before, after, ...more] = detail.slice(at + 2).split(ARROW);
  if (before === undefined || after === undefined || more.length > 0) return detail.split('\n');
  return [
    `${detail.slice(0, at)}:`,
    ...lineDiff(before.split('\n'), after.split('\n')).map((line) => `  ${line}`),
  ];
}

/** How many lines that are the same stand around those that differ. */
const AROUND = 2;

/** Pairs of lines that are looked at to find what both have. */
const MOST = 1_000_000;

function lineDiff(before: readonly string[], after: readonly string[]): readonly string[] {
  const all = marked(before, after);
  const differs = all.map((line) => !line.startsWith('  '));
  const isNear = (at: number): boolean =>
    differs.slice(Math.max(0, at - AROUND), at + AROUND + 1).includes(true);
  return all.flatMap((line, at) => {
    if (isNear(at)) return [line];
    return at === 0 || isNear(at - 1) ? ['  …'] : [];
  });
}

/** Each line with `- `, `+ ` or two spaces, by the longest list of lines that both have. */
function marked(before: readonly string[], after: readonly string[]): readonly string[] {
  if (before.length * after.length > MOST)
    return [...before.map((line) => `- ${line}`), ...after.map((line) => `+ ${line}`)];
  const lengths = before.map(() => new Array<number>(after.length + 1).fill(0));
  lengths.push(new Array<number>(after.length + 1).fill(0));
  for (let a = before.length - 1; a >= 0; a -= 1)
    for (let b = after.length - 1; b >= 0; b -= 1) {
      const row = lengths[a];
      if (row === undefined) continue;
      row[b] =
        before[a] === after[b]
          ? 1 + (lengths[a + 1]?.[b + 1] ?? 0)
          : Math.max(lengths[a + 1]?.[b] ?? 0, row[b + 1] ?? 0);
    }
  const lines: string[] = [];
  let [a, b] = [0, 0];
  while (a < before.length || b < after.length) {
    if (a < before.length && b < after.length && before[a] === after[b]) {
      lines.push(`  ${before[a]}`);
      a += 1;
      b += 1;
    } else if (
      b >= after.length ||
      (a < before.length && (lengths[a + 1]?.[b] ?? 0) >= (lengths[a]?.[b + 1] ?? 0))
    ) {
      lines.push(`- ${before[a]}`);
      a += 1;
    } else {
      lines.push(`+ ${after[b]}`);
      b += 1;
    }
  }
  return lines;
}
