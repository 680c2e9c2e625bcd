import { holds, judged, type Line, type Measure, ratio } from './line.ts';

/** The lines as a table for a terminal, and below it what each of them did. */
export function tableOf(lines: readonly Line[]): string {
  const rows = [['', 'ours', 'beside it', 'ratio', 'limit', ''], ...lines.map(rowOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const drawn = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const rule = '-'.repeat(Math.max(...drawn.map((row) => row.length)));
  const notes = lines.map((line) => `${line.name}: ${line.leftOut ?? line.did}`);
  return [drawn[0], rule, ...drawn.slice(1), '', ...notes].join('\n');
}

function rowOf(line: Line): string[] {
  if (line.leftOut !== undefined) return [line.name, 'left out', '', '', '', ''];
  const times = ratio(line);
  return [
    line.name,
    measureText(line.ours),
    line.other === undefined ? '' : `${line.other.name} ${measureText(line.other)}`,
    times === undefined ? '' : `${times.toFixed(2)} ×`,
    line.limit === undefined
      ? ''
      : `≤ ${line.limit.most}${line.limit.kind === 'times' ? ' ×' : ` ${line.ours.unit}`}`,
    judged(line) === undefined ? '' : holds(line) ? 'ok' : 'MISSED',
  ];
}

function measureText({ value, unit }: Measure): string {
  return `${value >= 100 || unit === 'MiB' ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${unit}`;
}
