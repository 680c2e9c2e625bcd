/** A seeded source of numbers (mulberry32), so that a failure can be run again. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

export interface Composed {
  readonly text: string;
  readonly statements: readonly { readonly sql: string; readonly line: number; readonly endLine: number }[];
}

type Random = (below: number) => number;

/** A valid PostgreSQL text of random statements with known ends. */
export function composePostgres(random: Random): Composed {
  const statements: { sql: string; line: number; endLine: number }[] = [];
  let text = '';
  const count = random(6);
  for (let n = 0; n < count; n++) {
    text += blanks(random, true);
    while (random(6) === 0) text += `;${blanks(random, true)}`;
    const sql = statement(random);
    const line = lines(text);
    statements.push({ sql, line, endLine: line + lines(sql) - 1 });
    text += sql;
    if (n < count - 1 || random(2) === 0) text += `${random(3) === 0 ? blanks(random, true) : ''};`;
  }
  return { text: text + blanks(random, true), statements };
}

function lines(text: string): number {
  return text.split('\n').length;
}

function statement(random: Random): string {
  const select = (): string => `SELECT${gap(random)}${list(random, 3)}`;
  const kind = random(9);
  if (kind === 0) {
    const body = Array.from({ length: random(3) }, () => `${select()}${gap(random)};${gap(random)}`).join('');
    const replace = random(2) === 0 ? `${gap(random)}OR${gap(random)}Replace` : '';
    const what = pick(random, ['FUNCTION', 'function', 'PROCEDURE']);
    return `CREATE${replace}${gap(random)}${what} f() ${pick(random, ['begin', 'BEGIN'])}${gap(random)}ATOMIC${gap(random)}${body}${pick(random, ['END', 'end'])}`;
  }
  if (kind === 1)
    return `CREATE RULE r AS ON INSERT TO t DO ALSO (${select()}${gap(random)};${gap(random)}${select()})`;
  if (kind === 2) return `DO ${dollar(random)}`;
  if (kind === 3) return `COMMENT ON TABLE ${identifier(random)} IS${gap(random)}${string(random)}`;
  if (kind === 4) return pick(random, ['BEGIN', 'COMMIT', 'END']);
  return select();
}

function list(random: Random, depth: number): string {
  return Array.from({ length: 1 + random(4) }, () => expression(random, depth)).join(
    `${maybeGap(random)},${maybeGap(random)}`,
  );
}

function expression(random: Random, depth: number): string {
  const kind = random(depth > 0 ? 13 : 8);
  if (kind < 2) return string(random);
  if (kind === 2) return dollar(random);
  if (kind === 3) return identifier(random);
  if (kind === 4) return pick(random, ['1', '.5', '1.5e-3', '2.', '1e5', '0x1F', '1_000', '$1']);
  if (kind === 5) return `${identifier(random)}.${pick(random, ['"end"', 'end', 'begin', 'case'])}`;
  if (kind < 8) return `${string(random)}${maybeGap(random)}::${maybeGap(random)}text`;
  if (kind === 8) return `(${maybeGap(random)}${expression(random, depth - 1)})`;
  if (kind === 9) {
    const e = (): string => gap(random) + expression(random, depth - 1) + gap(random);
    return `CASE${gap(random)}WHEN${e()}THEN${e()}ELSE${e()}END`;
  }
  const operator = pick(random, ['+', '||', '<>', '->>', '@>', '?', '#-', '<', '*', '~', '!~~', '&&', '%']);
  return `${expression(random, depth - 1)}${gap(random)}${operator}${gap(random)}${expression(random, depth - 1)}`;
}

const INSIDE = [
  ';',
  '--',
  '/*',
  '*/',
  '$$',
  '$a$',
  ' ',
  '\n',
  '\r\n',
  'é',
  '😀',
  'x',
  'END',
  'BEGIN ATOMIC',
  '(',
  ')',
  '{',
  '\t',
];

function string(random: Random): string {
  const plain = inside(random, [...INSIDE, "''", '"', '\\', "''''"]);
  const escaped = inside(random, [...INSIDE, "''", '"', '\\\\', "\\'", '\\n']);
  return pick(random, [
    `'${plain}'`,
    `E'${escaped}'`,
    `e'${escaped}'\n${pick(random, ['', ' ', '\t', '\n\r\n'])}'${escaped}'`,
    `'${plain}'\n'${plain}'`,
    `U&'${inside(random, [';', '--', "''", '/*', '$$', '\\0041'])}'`,
    `N'${plain}'`,
    "B'01'",
  ]);
}

function dollar(random: Random): string {
  const tag = pick(random, ['$$', '$a$', '$b_1$', '$é$', '$END$']);
  const others = ['$', '$$', '$a$', '$b_1$', '$A$', '$é', '$1'].filter((text) => text !== tag);
  let body = inside(random, [...INSIDE, "'", '"', '\\', ...others]);
  while (body.includes(tag) || `${body}${tag}`.indexOf(tag) !== body.length) body = body.replaceAll('$', '#');
  return `${tag}${body}${tag}`;
}

function identifier(random: Random): string {
  return pick(random, [
    'a',
    'a$b$c',
    'é$$',
    '_1',
    `"${inside(random, [...INSIDE, '""', "'", '\\'])}x"`,
    `U&"${inside(random, [';', '--', '""', '/*', "'"])}x"`,
    'atomic',
    'begin',
  ]);
}

function inside(random: Random, pieces: readonly string[]): string {
  return Array.from({ length: random(6) }, () => pick(random, pieces)).join('');
}

/** White space and comments, at least one; never begins with a comment, which would end an operator. */
function gap(random: Random): string {
  return pick(random, [' ', '\n', '\t', '\r\n', ' \f']) + blanks(random, false);
}

function maybeGap(random: Random): string {
  return random(2) === 0 ? '' : gap(random);
}

function blanks(random: Random, lead: boolean): string {
  const pieces = [' ', '\n', '\r\n', ...(lead ? ['\t\n'] : [])];
  return Array.from({ length: random(4) }, () =>
    random(3) > 0 ? pick(random, pieces) : comment(random, 2),
  ).join('');
}

function comment(random: Random, depth: number): string {
  const text = inside(random, [';', "'", '"', '$$', '\\', 'END', ' ', 'é', '😀', '--']);
  if (random(2) === 0) return `--${text}\n`;
  return `/*${text}${depth > 0 && random(3) === 0 ? comment(random, depth - 1).replace(/^--.*\n$/, '\n') : ''}${text}*/`;
}

function pick(random: Random, pieces: readonly string[]): string {
  return pieces[random(pieces.length)] ?? '';
}
