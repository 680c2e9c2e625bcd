import { describe, expect, test } from 'vitest';
import { nextMigrationName } from '../../src/migrations/migrations.ts';

const NOW = new Date('2025-01-31T09:08:07.654Z');

describe('the next migration', () => {
  test.each([
    ['an empty folder', [], 'add orders', '20250131090807_add_orders'],
    ['timestamps', ['20240101000000_a.sql', 'README.md'], 'Add Orders!', '20250131090807_add_orders'],
    ['a timestamp that is not over yet', ['20250131090807_a.sql'], 'b', '20250131090808_b'],
    ['a timestamp in the future', ['20990101000000_a.sql'], 'b', '20990101000001_b'],
    ['numbers', ['1_a.sql', '2_b.sql', '2_b.undo.sql'], 'c', '3_c'],
    ['more than nine', ['9_a.sql', '10_b.sql'], 'c', '11_c'],
    ['padded numbers', ['0001_a.sql', '0009_b.sql'], 'c', '0010_c'],
    ['padding used up', ['99_a.sql'], 'c', '100_c'],
    ['dotted versions', ['1.0_a.sql', '1.9_b.sql'], 'c', '1.10_c'],
    ['dates', ['20240101_a.sql'], 'c', '20250131090807_c'],
    ['repeatables alone', ['R_v.sql'], 'c', '20250131090807_c'],
    ['other letters', ['1_a.sql'], 'Größe & Zahl: 受注', '2_große_zahl_受注'],
    ['a path', ['1_a.sql'], '../../etc/passwd', '2_etc_passwd'],
    ['an undo in words', ['1_a.sql'], 'x.undo', '2_x_undo'],
  ])('%s', (_, existing, description, base) => {
    expect(nextMigrationName(existing, description, NOW)).toEqual({
      migration: `${base}.sql`,
      undo: `${base}.undo.sql`,
    });
  });

  test('without a word', () => {
    expect(() => nextMigrationName([], ' -- ', NOW)).toThrow(
      '" -- " is no description: expected some letters or digits.',
    );
  });
});
