import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages } from '../../scripts/docs.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test.each(Object.entries(await pages()))('%s is current (else run: node scripts/docs.ts)', (path, text) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
});

describe('what people read', () => {
  const files = [
    ...readdirSync(ROOT),
    ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
    'src/README.md',
  ].filter((path) => path.endsWith('.md'));

  test.each(files)('%s: links lead to files and headings that are there', (file) => {
    const dead = linksOf(file).filter((link) => !leads(file, link));
    expect(dead).toEqual([]);
  });

  test('every page of docs/ can be reached from docs/README.md', () => {
    const linked = linksOf('docs/README.md').map((link) => `docs/${link.split('#')[0]}`);
    const lost = files.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
    expect(lost.filter((path) => !linked.includes(path))).toEqual([]);
  });
});

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Links of a file that do not leave the repository; code is no link. */
function linksOf(file: string): readonly string[] {
  const prose = read(file).replace(/```[\s\S]*?```|`[^`]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
}

function leads(file: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? file : relative(ROOT, join(ROOT, dirname(file), path));
  if (!existsSync(join(ROOT, target))) return false;
  return heading === undefined || headingsOf(target).includes(heading);
}

/** As forges make anchors of them. */
function headingsOf(file: string): readonly string[] {
  return [...read(file).matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
