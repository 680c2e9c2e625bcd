import { loadModule, parseSync, scanSync } from 'libpg-query';
import { beforeAll, expect, test } from 'vitest';
import { postgres, type Token } from '../../src/sql/sql.ts';
import { composePostgres, seeded } from './random-sql.ts';

const ROUNDS = process.env.MOORING_SWEEP ? 50_000 : 2_000;
const SEED = Number(process.env.MOORING_TEST_SEED ?? 1);

// libpg_query ends a string before a comment where the server goes on with it, so such texts are not its to judge.
const judged = (text: string): boolean => !/'[ \t\r\n\f]*(--|\/\*)/.test(text);

beforeAll(() => loadModule());

test(`${ROUNDS} random texts are cut where they were put together`, () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { text, statements } = composePostgres(seeded(SEED * 1_000_003 + round));
    const found = postgres
      .split({ file: 'f', text })
      .map(({ sql, line, endLine }) => ({ sql, line, endLine }));
    expect(found, `round ${round}: ${JSON.stringify(text)}`).toEqual(statements);
  }
});

test("the server's grammar cuts them in the same places", () => {
  let valid = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { text, statements } = composePostgres(seeded(SEED * 1_000_003 + round));
    if (statements.length === 0 || !judged(text)) continue;
    let theirs: (readonly [number, number])[];
    try {
      const { stmts = [] } = parseSync(text);
      theirs = stmts.map(({ stmt_location: at = 0, stmt_len: length = 0 }) => [at, length]);
    } catch {
      continue;
    }
    valid++;
    const bytes = Buffer.from(text);
    expect(theirs.length, JSON.stringify(text)).toBe(statements.length);
    for (const [n, [at, length]] of theirs.entries()) {
      const part = bytes.subarray(at, length === 0 ? bytes.length : at + length).toString();
      expect(part).toContain(statements[n]?.sql);
    }
  }
  expect(valid).toBeGreaterThan(ROUNDS / 10);
});

test("the server's lexer finds the same tokens", () => {
  let compared = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { text } = composePostgres(seeded(SEED * 1_000_003 + round));
    if (!judged(text)) continue;
    const ours = postgres.tokens({ file: 'f', text }).map((token) => spanOf(text, token));
    const theirs = scan(text);
    if (theirs === undefined) continue;
    compared++;
    const same = aligned(ours.filter(isNoSemicolon), theirs.filter(isNoSemicolon));
    expect(same, `round ${round}: ${JSON.stringify(text)}`).toBe('');
  }
  expect(compared).toBeGreaterThan(ROUNDS / 5);
});

/** Its answer is not always the JSON that it should be: then it is not asked. */
function scan(text: string): readonly Span[] | undefined {
  try {
    return scanSync(text).tokens.filter(({ tokenName }) => !/COMMENT/.test(tokenName));
  } catch {
    return undefined;
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** In bytes, as libpg_query counts. */
function spanOf(text: string, token: Token): Span {
  const start = Buffer.byteLength(text.slice(0, token.start));
  return { start, end: start + Buffer.byteLength(token.text), text: token.text };
}

/** Ours has one `;` between statements however many are written. */
function isNoSemicolon({ text }: Span): boolean {
  return text !== ';';
}

/** Empty when they are the same but for strings: each part of one that goes on is a token of ours, N'' two of theirs. */
function aligned(ours: readonly Span[], theirs: readonly Span[]): string {
  let [i, j] = [0, 0];
  while (i < ours.length || j < theirs.length) {
    let [a, b] = [ours[i++], theirs[j++]];
    if (a === undefined || b === undefined || a.start !== b.start) return `${a?.text} is not ${b?.text}`;
    while (a !== undefined && b !== undefined && a.end !== b.end) {
      if (!(a.text + b.text).includes("'")) return `${a.text} ends elsewhere than ${b.text}`;
      if (a.end < b.end) a = ours[i++];
      else b = theirs[j++];
    }
    if (a === undefined || b === undefined) return 'one has more tokens';
  }
  return '';
}
