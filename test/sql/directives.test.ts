import { describe, expect, test } from 'vitest';
import { MooringError } from '../../src/api/api.ts';
import { type Directives, readDirectives } from '../../src/sql/sql.ts';

const read = (text: string, name: 'postgres' | 'mysql' | 'mariadb' = 'postgres'): Directives =>
  readDirectives({ file: '2_b.sql', text }, { name });

const NONE: Directives = {
  contract: false,
  irreversible: false,
  losesNothing: false,
  renamedFrom: [],
  replaces: [],
};

describe('read', () => {
  test.each<[string, Partial<Directives>]>([
    ['', {}],
    ['-- about mooring\nSELECT 1;', {}],
    ['-- mooring: transaction=off', { transaction: 'off' }],
    ['--mooring:transaction = ON\r\nSELECT 1', { transaction: 'on' }],
    ['\n  /* license\n-- mooring: irreversible\n*/\n-- x\n-- mooring: phase=contract\n', { contract: true }],
    ['/* a /* b */ */ -- mooring: phase=expand\n', {}],
    ['-- mooring: irreversible, loses=nothing', { irreversible: true, losesNothing: true }],
    ['-- mooring: lock_timeout=2s statement_timeout=0', { lockTimeout: '2s', statementTimeout: '0' }],
    ['-- mooring: renamed from R_my view', { renamedFrom: ['R_my view'] }],
    ['-- mooring: replaces 1, 2 3\n-- mooring: replaces "R_a b"', { replaces: ['1', '2', '3', 'R_a b'] }],
    ['SELECT 1;\n-- mooring: transaction=off\n', {}],
    ['# no comment\n-- mooring: transaction=off\n', {}],
    ['/* -- mooring: nonsense */', {}],
  ])('%j', (text, expected) => expect(read(text)).toEqual({ ...NONE, ...expected }));

  test('after the comments of MySQL', () => {
    expect(read('# a\n/* b /* c */\n-- mooring: transaction=off\n', 'mysql').transaction).toBe('off');
    expect(read('/*!40101 SET x=1 */;\n-- mooring: transaction=off\n', 'mariadb').transaction).toBe(
      undefined,
    );
  });
});

describe('refused', () => {
  test.each<[string, string, string]>([
    ['-- mooring:', 'a directive is missing after `-- mooring:`', 'transaction=off'],
    [
      '-- mooring: transactoin=off',
      '`transactoin=off` is no directive that is known',
      'Did you mean `transaction=off`?',
    ],
    [
      '-- mooring: no-transaction',
      '`no-transaction` is no directive that is known',
      'Did you mean `transaction=',
    ],
    ['-- mooring: contract', '`contract` is no directive that is known', 'Did you mean `phase=contract`?'],
    [
      '-- mooring: lock-timeout=1s',
      '`lock-timeout=1s` is no directive that is known',
      'Did you mean `lock_timeout=2s`?',
    ],
    [
      '-- mooring: renamed to x',
      '`renamed to x` is no directive that is known',
      'Did you mean `renamed from <name>`?',
    ],
    [
      '-- mooring: replaces',
      '`replaces` is no directive that is known',
      'Did you mean `replaces <id>, <id>`?',
    ],
    [
      '-- mooring: transaction=maybe',
      '`transaction=maybe`: expected transaction=on or off',
      'Write `transaction=',
    ],
    ['-- mooring: transaction', '`transaction`: expected transaction=on or off', 'Write `transaction='],
    [
      '-- mooring: lock_timeout=soon',
      '`lock_timeout=soon`: expected lock_timeout=a duration',
      'Write `lock_timeout=2s`',
    ],
    [
      '-- mooring: irreversible=yes',
      '`irreversible=yes`: irreversible takes no value',
      'Write `irreversible`.',
    ],
    ['-- mooring: phase=expand phase=contract', 'phase is said twice', 'Keep one'],
    ['-- mooring: __proto__=1', '`__proto__=1` is no directive that is known', 'Did you mean'],
  ])('%j', (text, message, hint) => {
    const error = refusalOf(`-- 😀 first\n  ${text}\nSELECT 1;`);
    expect(error.code).toBe('directive-invalid');
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
    expect(error.where.file).toBe('2_b.sql');
    expect(error.where.line).toBe(2);
  });

  test('shows the place', () => {
    const error = refusalOf('-- mooring: irreversible, nonsense\n');
    expect(error.message).toBe('2_b.sql:1:27: `nonsense` is no directive that is known');
    expect(error.where.excerpt).toBe(`-- mooring: irreversible, nonsense\n${' '.repeat(26)}^`);
  });
});

function refusalOf(text: string): MooringError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof MooringError) return error;
    throw error;
  }
  throw new Error('not refused');
}
