import { describe, expect, test } from 'vitest';
import { widens } from '../../../src/engines/mysql/types.ts';

const HOLDS: readonly (readonly [from: string, to: string])[] = [
  ['int', 'int'],
  ['int', 'bigint'],
  ['int unsigned', 'bigint'],
  ['tinyint(1)', 'int(11)'],
  ['int', 'decimal(10,0)'],
  ['int', 'decimal(12,2)'],
  ['decimal(10,2)', 'decimal(12,2)'],
  ['decimal(10,2)', 'decimal(12,4)'],
  ['varchar(10)', 'varchar(20)'],
  ['char(10)', 'varchar(10)'],
  ['varchar(10)', 'text'],
  ['text', 'mediumtext'],
  ['tinytext', 'varchar(255)'],
  ['varbinary(10)', 'blob'],
  ["enum('a','b')", "enum('b','c','a')"],
  ["enum('a','bcd')", 'varchar(3)'],
  ["set('a')", "set('b','a')"],
  ['datetime', 'datetime(3)'],
  ['float', 'double'],
  ['bit(3)', 'bit(4)'],
  ['json', 'json'],
];

const LOSES: readonly (readonly [from: string, to: string])[] = [
  ['bigint', 'int'],
  ['int', 'int unsigned'],
  ['int unsigned', 'int'],
  ['bigint unsigned', 'bigint'],
  ['int', 'decimal(11,2)'],
  ['int', 'varchar(20)'],
  ['decimal(10,2)', 'decimal(10,4)'],
  ['decimal(10,2)', 'decimal(10,0)'],
  ['decimal(10,2)', 'decimal(12,2) unsigned'],
  ['varchar(20)', 'varchar(10)'],
  ['varchar(10)', 'char(10)'],
  ['varchar(20000)', 'text'],
  ['text', 'varchar(255)'],
  ['mediumtext', 'text'],
  ['binary(4)', 'binary(8)'],
  ["enum('a','b')", "enum('a')"],
  ["enum('a','bcd')", 'varchar(2)'],
  ["set('a','b')", "set('a')"],
  ['datetime(3)', 'datetime'],
  ['double', 'float'],
  ['timestamp', 'datetime'],
  ['json', 'longtext'],
];

describe('every value of one type is a value of the other, unchanged', () => {
  test.each(HOLDS)('%s → %s', (from, to) => expect(widens(from, to)).toBe(true));
  test.each(LOSES)('%s ↛ %s', (from, to) => expect(widens(from, to)).toBe(false));
});
