export interface Row {
  readonly what: string;
  readonly count: number;
  readonly equal: number;
  /** What was held, and for which differences. */
  readonly held: readonly string[];
  readonly wrong: readonly string[];
}

/** Prints what a history came to, for people. */
export function printTable(title: string, rows: readonly Row[]): void {
  const width = Math.max(...rows.map((row) => row.what.length));
  const line = (what: string, ...cells: readonly (string | number)[]): string =>
    `  ${what.padEnd(width)} ${cells.map((cell) => String(cell).padStart(8)).join('')}`;
  const lines = [
    title,
    line('', 'checked', 'equal', 'held', 'wrong'),
    ...rows.map((row) => line(row.what, row.count, row.equal, row.held.length, row.wrong.length)),
    ...rows.flatMap((row) => row.held.map((each) => `  held: ${row.what}: ${each}`)),
    ...rows.flatMap((row) => row.wrong.map((each) => `  wrong: ${row.what}: ${each}`)),
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
}
