import { expect, test } from 'vitest';
import { engineOf } from '../../src/engines/engines.ts';

test.each([
  ['postgres', 'GRANT CREATE ON DATABASE "a""b" TO "o\'x@h";'],
  ['mysql', "GRANT ALL PRIVILEGES ON `a\"b`.* TO 'o''x'@'h';"],
  ['mariadb', "GRANT ALL PRIVILEGES ON `a\"b`.* TO 'o''x'@'h';"],
] as const)('%s: names are quoted where they are granted to', async (name, expected) => {
  expect((await engineOf(name)).grants({ database: 'a"b', user: "o'x@h" }).migrate).toBe(expected);
});
