import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PUBLISHED } from '../../scripts/write-schemas.ts';
import { DEFINITION_SCHEMA, type JsonSchema } from '../../src/api/api.ts';

test.each(Object.entries(PUBLISHED))(
  '%s is current (else run: node scripts/write-schemas.ts)',
  (path, text) => {
    expect(readFileSync(join(import.meta.dirname, '..', '..', path), 'utf8')).toBe(text);
  },
);

describe('the schema of mooring.yaml', () => {
  test('says of every key what it is', () => {
    const silent: string[] = [];
    const walk = (schema: JsonSchema, path: string): void => {
      for (const [key, member] of Object.entries(schema.properties ?? {})) {
        if ((member.description ?? '') === '') silent.push(`${path}.${key}`);
        walk(member, `${path}.${key}`);
      }
    };
    walk(DEFINITION_SCHEMA, '');
    expect(silent).toEqual([]);
  });
});
