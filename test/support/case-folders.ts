import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import { MooringError } from '../../src/api/api.ts';

const ROOT = join(import.meta.dirname, '..', 'cases');

/** The folders of one topic below test/cases, the case where nothing happens first. */
export function caseFolders(topic: string): readonly { readonly name: string; readonly dir: string }[] {
  const names = readdirSync(join(ROOT, topic)).sort();
  return [...names.filter((name) => name === 'nothing'), ...names.filter((name) => name !== 'nothing')].map(
    (name) => ({
      name,
      dir: join(ROOT, topic, name),
    }),
  );
}

/** Compares with a file of the case; what differs is left beside it as got.<ending>. */
export function expectFile(dir: string, file: string, got: string): void {
  const path = join(dir, file);
  const gotPath = join(dir, file.replace('expected', 'got'));
  const wanted = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (got === wanted) rmSync(gotPath, { force: true });
  else writeFileSync(gotPath, got);
  expect(got, relative(ROOT, gotPath)).toBe(wanted);
}

/** An error as its user would see it, without the machine's paths. */
export async function shownError(dir: string, run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    const { code, message, hint, where } = error;
    const shown = [
      `${code}`,
      message,
      ...(where.excerpt === undefined ? [] : [where.excerpt]),
      `hint: ${hint}`,
    ];
    return `${shown
      .join('\n')
      .replaceAll(dir || '\0', '<dir>')
      .trim()}\n`;
  }
  return 'no error\n';
}
