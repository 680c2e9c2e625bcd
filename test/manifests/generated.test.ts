import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manifests } from '../../scripts/write-manifests.ts';
import { ROOT } from '../support/cache.ts';

test.each(Object.entries(manifests()))(
  '%s is current (else run: node scripts/write-manifests.ts)',
  (path, text) => {
    expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
  },
);
