import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { caseFolders, expectFile } from '../support/case-folders.ts';
import {
  NO_GO,
  NO_PYTHON,
  readByKubernetes,
  readByPython,
  validateObjects,
  YAML_JUDGES,
} from '../support/judges.ts';
import { testIf } from '../support/skip.ts';

const ARGS = '--target argocd --image registry.example/mooring@sha256:1';

const cases = caseFolders('render').map((one) => ({ ...one, refused: one.name.startsWith('refused-') }));
const accepted = cases.filter(({ refused }) => !refused).map(({ dir }) => join(dir, 'expected.yaml'));

/** `mooring render` in the folder of a case, with the arguments of its args.txt. */
async function renderCase(dir: string, verb = 'render', env: Readonly<Record<string, string>> = {}) {
  const file = join(dir, 'args.txt');
  const args = verb === 'generate' ? '' : existsSync(file) ? readFileSync(file, 'utf8') : ARGS;
  const [out, err]: [string[], string[]] = [[], []];
  const before = process.cwd();
  process.chdir(join(dir, 'in'));
  try {
    const code = await run([verb, ...args.split(/\s+/).filter((word) => word !== '')], {
      env,
      signal: new AbortController().signal,
      isTerminal: false,
      now: () => new Date(0),
      out: (text) => void out.push(text),
      err: (line) => void err.push(`${line}\n`),
    });
    return { code, out: out.join(''), err: err.join('') };
  } finally {
    process.chdir(before);
  }
}

describe('mooring render', () => {
  test.each(cases)('$name', async ({ dir, refused }) => {
    const { code, out, err } = await renderCase(dir);
    if (refused) {
      expect(out).toBe('');
      expectFile(dir, 'expected.txt', `[${code}]\n${err}`);
      expect(err).not.toContain('geheim');
    } else {
      expectFile(dir, 'expected.yaml', out);
      expect([code, err]).toEqual([0, '']);
    }
  });

  test('generate gives the same bytes, whatever else Argo CD tells of the application', async () => {
    for (const { name, dir } of cases.filter(({ refused, name: one }) => !refused && one !== 'overlay')) {
      const telling = (revision: string): Record<string, string> => ({
        MOORING_IMAGE: 'registry.example/mooring@sha256:1',
        ARGOCD_APP_NAME: `argocd_${revision}`,
        ARGOCD_APP_NAMESPACE: `namespace-${revision}`,
        ARGOCD_APP_REVISION: revision.repeat(40),
        ARGOCD_APP_SOURCE_PATH: 'deploy/orders',
        KUBE_VERSION: '1.34',
        ARGOCD_ENV_SOMETHING: 'else',
      });
      const golden = readFileSync(join(dir, 'expected.yaml'), 'utf8');
      for (const revision of ['a', 'b']) {
        expect((await renderCase(dir, 'generate', telling(revision))).out === golden, name).toBe(true);
      }
    }
  });
});

describe('what was rendered', () => {
  const outputs = (): readonly string[] => accepted.map((file) => readFileSync(file, 'utf8'));

  testIf(YAML_JUDGES[0].there, NO_PYTHON)('is the same to YAML 1.1 and 1.2', async () => {
    for (const output of outputs()) {
      expect(await readByPython(output)).toEqual(loadAll(output, { schema: CORE_SCHEMA }));
    }
  });

  testIf(YAML_JUDGES[1].there, NO_GO)('is the same to the decoder that Argo CD uses', async () => {
    for (const output of outputs()) {
      expect(await readByKubernetes(output)).toEqual(loadAll(output, { schema: CORE_SCHEMA }));
    }
  });

  testIf(YAML_JUDGES[0].there, NO_PYTHON)(
    'is valid for the oldest and the newest Kubernetes that there are schemas of',
    () => {
      const { versions, validated, errors } = validateObjects(accepted);
      expect(errors).toEqual([]);
      expect(new Set(versions).size).toBe(3);
      expect(validated).toBeGreaterThan(400);
    },
  );

  test('has no string without quotes', () => {
    const plain =
      /^\s*(- )*("[^"]*"|[a-zA-Z][-a-zA-Z0-9_./]*):( (\|[-+2]*|".*"|true|false|null|-?[0-9][0-9.e+-]*|\[\]|\{\}))?$/;
    for (const output of outputs()) {
      let block = -1;
      for (const line of output.split('\n')) {
        const indent = line.search(/\S/);
        if (block >= 0 && (indent < 0 || indent > block)) continue;
        block = /: \|[-+2]*$/.test(line) ? line.replace(/^(\s*)(- )*.*/, '$1$2').length : -1;
        if (line === '' || line === '---' || line.startsWith('# Rendered by')) continue;
        expect(line).toMatch(
          /^\s*(- )+("|true|false|-?[0-9])/.test(line)
            ? /^\s*(- )+(".*"|true|false|-?[0-9.]+|"[^"]*":.*)$/
            : plain,
        );
      }
    }
  });
});
