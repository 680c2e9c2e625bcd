import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { dump, load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import {
  CONDITION_TYPES,
  type DatabaseSchema,
  type DatabaseSchemaStatus,
  ERROR_CODES,
  type ErrorCode,
  type JsonSchema,
  PLAIN_REASONS,
  reasonOf,
  STATUS_SCHEMA,
} from '../../src/api/api.ts';
import { ROOT } from '../support/cache.ts';
import { caseFolders, expectFile } from '../support/case-folders.ts';
import { goTool, NO_GO_TOOL } from '../support/go-tools.ts';
import { definitionProblems, judgeCustom } from '../support/kustomize.ts';
import { describeIf } from '../support/skip.ts';
import { FULL } from './full-object.ts';

const FILE = join(ROOT, 'manifests/crd/databaseschemas.yaml');
const TEXT = readFileSync(FILE, 'utf8');

interface Definition {
  readonly spec: {
    readonly versions: readonly [{ readonly schema: { readonly openAPIV3Schema: JsonSchema } }];
  };
}

const SCHEMA = (load(TEXT) as Definition).spec.versions[0].schema.openAPIV3Schema;

describeIf(goTool('k8s-objects') !== undefined, `k8s-objects: ${NO_GO_TOOL}`)(
  "the CRD, by an API server's own code",
  () => {
    test('is one that it takes, with a structural schema', () => {
      expect(definitionProblems(FILE)).toEqual([]);
    });

    test.each([
      ['a schema that is not structural', /(engine:\n) +type: string\n/, '$1'],
      ['a misspelt key', 'additionalPrinterColumns', 'additionalPrinterColumn'],
      ['a name that does not fit', 'name: databaseschemas.mooring.dev', 'name: databases.mooring.dev'],
    ])('%s would be found', async (_, from, to) => {
      const folder = await mkdtemp(join(tmpdir(), 'mooring-crd-'));
      const path = join(folder, 'crd.yaml');
      const broken = TEXT.replace(from, to);
      expect(broken).not.toBe(TEXT);
      writeFileSync(path, broken);
      expect(definitionProblems(path)).not.toEqual([]);
      await rm(folder, { recursive: true });
    });

    test('keeps every field of a status that holds all of them', () => {
      const { problems, dropped } = judgeCustom(FILE, FULL);
      expect({ problems, dropped }).toEqual({ problems: [], dropped: [] });
    });

    test.each(caseFolders('database-schema'))('$name', ({ dir }) => {
      const verdict = judgeCustom(FILE, load(readFileSync(join(dir, 'object.yaml'), 'utf8')));
      // How long ago something was depends on when it is asked.
      const cells = verdict.cells.map((cell) => cell.replace(/^(Checked|Age)=\d+\w+$/, '$1=<time>'));
      expectFile(dir, 'expected.yaml', dump({ ...verdict, cells }, { lineWidth: -1 }));
    });

    test.each(caseFolders('health'))('health/$name: taken, unless it is malformed', ({ name, dir }) => {
      const { problems, dropped } = judgeCustom(FILE, load(readFileSync(join(dir, 'object.yaml'), 'utf8')));
      expect(problems.length > 0).toBe(name.startsWith('malformed-'));
      expect(dropped).toEqual([]);
    });
  },
);

describe('the CRD, by ajv', () => {
  // ajv checks formats only with another package; the API server's code above does.
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
  const validate = ajv.compile(SCHEMA);

  test.each(caseFolders('database-schema'))('$name', ({ dir }) => {
    const object = load(readFileSync(join(dir, 'object.yaml'), 'utf8'));
    const { problems } = load(readFileSync(join(dir, 'expected.yaml'), 'utf8')) as { problems: string[] };
    const without = problems.filter((problem) => !problem.includes('must be of type date-time'));
    expect(validate(object), JSON.stringify(validate.errors)).toBe(without.length === 0);
  });
});

describe('the status', () => {
  test('has one type for each field, and a sentence', () => {
    const bad: string[] = [];
    const walk = (schema: JsonSchema, path: string): void => {
      if (schema.type === undefined || (schema.description ?? '') === '') bad.push(path);
      for (const [name, member] of Object.entries(schema.properties ?? {})) walk(member, `${path}.${name}`);
      if (schema.items !== undefined) walk(schema.items, `${path}[]`);
    };
    walk(STATUS_SCHEMA, 'status');
    expect(bad).toEqual([]);
  });

  test('is in the CRD what it is in the code', () => {
    expect(SCHEMA.properties?.status).toEqual(STATUS_SCHEMA);
    expect(pathsOfSchema(STATUS_SCHEMA)).toEqual(
      pathsOf((FULL as DatabaseSchema).status as DatabaseSchemaStatus),
    );
  });
});

describe('reasons and conditions', () => {
  const reasons = [...Object.keys(PLAIN_REASONS), ...(Object.keys(ERROR_CODES) as ErrorCode[]).map(reasonOf)];

  test('are words that Kubernetes takes, each once', () => {
    const legal = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;
    expect([...reasons, ...Object.keys(CONDITION_TYPES)].filter((word) => !legal.test(word))).toEqual([]);
    expect(new Set(reasons).size).toBe(reasons.length);
  });
});

/** Every field as a path, lists as `[]`; maps end the path. */
function pathsOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return pathsOf(value[0], `${path}[]`);
  if (typeof value !== 'object' || value === null || path.endsWith('.undoHashes')) return [path];
  return Object.entries(value)
    .flatMap(([key, member]) => pathsOf(member, `${path}.${key}`))
    .sort();
}

function pathsOfSchema(schema: JsonSchema, path = ''): readonly string[] {
  if (schema.items !== undefined) return pathsOfSchema(schema.items, `${path}[]`);
  if (schema.properties === undefined) return [path];
  return Object.entries(schema.properties)
    .flatMap(([key, member]) => pathsOfSchema(member, `${path}.${key}`))
    .sort();
}
