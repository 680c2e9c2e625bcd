import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './support/cache.ts';

// The order in which data flows: a folder imports from itself and from those before it.
const ORDER =
  'api sql definition migrations bundle render catalog engines plan runner drift kube jobs rehearsal cli'.split(
    ' ',
  );
const ONLY_ENGINES = /^(pg|pg-copy-streams|mysql2|libpg-query)(\/|$)/;
const ONLY_CLI = /\bprocess\.(stdout|exit\b|exitCode)|\bconsole\./;

const src = join(ROOT, 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** What a file imports, types included, statically or not. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

function problems(file: string): string[] {
  const folder = file.split('/')[0] ?? '';
  const text = readFileSync(join(src, file), 'utf8');
  const found = ORDER.includes(folder) ? [] : [`${file}: ${folder} is no folder of the list`];
  if (folder !== 'cli' && ONLY_CLI.test(text)) found.push(`${file}: only cli prints and exits`);
  for (const name of importsOf(text)) {
    if (folder !== 'engines' && ONLY_ENGINES.test(name)) found.push(`${file}: only engines import ${name}`);
    if (!name.startsWith('.')) continue;
    const path = relative(src, join(src, dirname(file), name));
    const other = path.split('/')[0] ?? '';
    if (other === folder || path.startsWith('..')) continue;
    if (ORDER.indexOf(other) > ORDER.indexOf(folder)) found.push(`${file}: ${other} comes after ${folder}`);
    if (path !== `${other}/${other}.ts`)
      found.push(`${file}: ${path} is private, import ${other}/${other}.ts`);
  }
  return found;
}

test('imports follow the flow of data, through front doors', () => {
  expect(files.flatMap(problems)).toEqual([]);
});
