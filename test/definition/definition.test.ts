import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { type Definition, PUBLISHED_DEFINITION_SCHEMA } from '../../src/api/api.ts';
import { parseDefinition, readDefinition } from '../../src/definition/definition.ts';
import { validate } from '../../src/definition/validate.ts';
import { parseYaml } from '../../src/definition/yaml.ts';
import { caseFolders, expectFile, shownError } from '../support/case-folders.ts';

const MINIMAL = `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata: {name: orders}
spec:
  engine: postgres
  connection: {urlFrom: {secretKeyRef: {name: orders-db, key: url}}}
`;

const parse = (text: string | Uint8Array): Definition => parseDefinition(text, { file: 'mooring.yaml' });

function environmentOf(dir: string): { env?: string } {
  const overlay = readdirSync(dir).find((name) => /^mooring\..+\.yaml$/.test(name));
  return overlay === undefined ? {} : { env: overlay.replace(/^mooring\.|\.yaml$/g, '') };
}

describe('definitions that are taken', () => {
  test.each(caseFolders('definition-accepted'))('$name', async ({ dir }) => {
    const { definition } = await readDefinition(dir, environmentOf(dir));
    expectFile(dir, 'expected.json', `${JSON.stringify(definition, undefined, 2)}\n`);
  });
});

describe('definitions that are refused', () => {
  test.each(caseFolders('definition-refused'))('$name', async ({ dir }) => {
    expectFile(dir, 'expected.txt', await shownError(dir, () => readDefinition(dir, environmentOf(dir))));
  });

  test('no text of any of them tells a password', () => {
    for (const { dir } of caseFolders('definition-refused')) {
      expect(readFileSync(join(dir, 'expected.txt'), 'utf8')).not.toContain('geheim');
    }
  });

  test('more than 1 MiB', () => {
    expect(() => parse(`${MINIMAL}# ${'x'.repeat(1024 * 1024)}\n`)).toThrow(
      /mooring.yaml has 1048\d+ bytes: expected at most 1 MiB/,
    );
  });

  test('each problem can be had by itself', () => {
    try {
      parse(`${MINIMAL}  gat: Sync\n  mod: versioned\n`);
      expect.unreachable();
    } catch (error) {
      expect((error as { problems: unknown }).problems).toMatchObject([
        { file: 'mooring.yaml', line: 7, column: 3, hint: 'Did you mean "gate"?' },
        { file: 'mooring.yaml', line: 8, column: 3, hint: 'Did you mean "mode"?' },
      ]);
    }
  });

  test('prototypes stay as they were', () => {
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

test('an environment without a file is an error that names those that there are', async () => {
  const [overlay] = caseFolders('definition-accepted').filter(({ name }) => name === 'overlay');
  const dir = overlay?.dir ?? '';
  expect(await shownError(dir, () => readDefinition(dir, { env: 'staging' }))).toBe(
    'file-not-found\n<dir>/mooring.staging.yaml is not there, which --env staging asks for.\nhint: There are --env prod.\n',
  );
  expect(await shownError(dir, () => readDefinition(dir, { env: '../prod' }))).toMatch(
    /^usage\n"..\/prod" is no name/,
  );
});

test('the schedule of the check depends on the name and on nothing else', () => {
  const schedules = Array.from({ length: 40 }, (_, at) => `n${at}`).map(
    (name) => parse(MINIMAL.replace('name: orders}', `name: ${name}x}`)).spec.drift.schedule,
  );
  expect(new Set(schedules).size).toBe(5);
  for (const schedule of schedules) expect(schedule).toMatch(/^[0-4]-59\/5 \* \* \* \*$/);
  expect(parse(MINIMAL).spec.drift.schedule).toBe('2-59/5 * * * *');
});

describe('our validator agrees with ajv', () => {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    keywords: ['x-expected'],
  });
  const oracle = ajv.compile(PUBLISHED_DEFINITION_SCHEMA);

  test('on every case', () => {
    let compared = 0;
    for (const { dir } of [...caseFolders('definition-accepted'), ...caseFolders('definition-refused')]) {
      let value: ReturnType<typeof parseYaml>['value'];
      try {
        ({ value } = parseYaml(readFileSync(join(dir, 'mooring.yaml')), 'mooring.yaml'));
      } catch {
        continue;
      }
      compared += 1;
      expect(validate(PUBLISHED_DEFINITION_SCHEMA, value).length === 0, dir).toBe(oracle(value));
    }
    expect(compared).toBeGreaterThan(30);
  });

  const rounds = process.env.MOORING_SWEEP ? 50_000 : 5_000;

  test(`on ${rounds} mutations of a full definition`, () => {
    const [full] = caseFolders('definition-accepted').filter(({ name }) => name === 'everything');
    const { value } = parseYaml(readFileSync(join(full?.dir ?? '', 'mooring.yaml')), 'mooring.yaml');
    const random = generator(7);
    let valid = 0;
    for (let round = 0; round < rounds; round += 1) {
      const mutated = mutate(structuredClone(value), random);
      const ours = validate(PUBLISHED_DEFINITION_SCHEMA, mutated as typeof value);
      const theirs = oracle(mutated);
      if (theirs) valid += 1;
      if ((ours.length === 0) !== theirs) {
        expect.fail(
          `${JSON.stringify(mutated)}\nours: ${JSON.stringify(ours)}\najv: ${JSON.stringify(oracle.errors)}`,
        );
      }
    }
    expect(valid).toBeGreaterThan(rounds / 20);
    expect(valid).toBeLessThan((rounds * 19) / 20);
  });
});

/** A linear congruential generator: the same mutations in each run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const STRANGE = [
  null,
  '',
  'x',
  'all',
  '0',
  '3s',
  0,
  1,
  -1,
  1.5,
  70_000,
  true,
  [],
  ['x'],
  [1],
  {},
  { x: 1 },
  { name: 'a', key: 'b' },
];

function mutate(value: unknown, random: (below: number) => number): unknown {
  let at = value as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(at);
    const key = keys[random(keys.length)] ?? '0';
    const member = at[key];
    if (typeof member === 'object' && member !== null && Object.keys(member).length > 0 && random(5) > 0) {
      at = member as Record<string, unknown>;
      continue;
    }
    const act = random(4);
    if (act === 0 && !Array.isArray(at)) delete at[key];
    else if (act === 1 && !Array.isArray(at)) at[`${key}x`] = member;
    else at[key] = STRANGE[random(STRANGE.length)];
    return value;
  }
}
