import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PUBLISHED_DEFINITION_SCHEMA } from '../src/api/api.ts';

/** Schemas that are published, by their path from the root of the repository; a test says when they are out of date. */
export const PUBLISHED: Readonly<Record<string, string>> = {
  'docs/schemas/mooring.schema.json': `${JSON.stringify(PUBLISHED_DEFINITION_SCHEMA, undefined, 2)}\n`,
};

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  for (const [path, text] of Object.entries(PUBLISHED)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}
