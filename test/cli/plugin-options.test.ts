import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parameterAnnouncement, pluginOptions } from '../../src/cli/plugin-options.ts';
import { shownError } from '../support/case-folders.ts';

const json = (...parameters: readonly object[]) => ({ ARGOCD_APP_PARAMETERS: JSON.stringify(parameters) });

describe('what an Application says', () => {
  test.each([
    ['nothing', {}, { env: '', image: '' }],
    ['no parameters', { ARGOCD_APP_PARAMETERS: 'null' }, { env: '', image: '' }],
    ['an empty list', json(), { env: '', image: '' }],
    [
      'parameters',
      json({ name: 'env', string: 'prod' }, { name: 'image', string: 'm:1' }),
      { env: 'prod', image: 'm:1' },
    ],
    ['parameters as variables', { PARAM_ENV: 'prod' }, { env: 'prod', image: '' }],
    ['plugin.env', { ARGOCD_ENV_ENV: 'prod' }, { env: 'prod', image: '' }],
    [
      'plugin.env with our prefix',
      { ARGOCD_ENV_MOORING_ENV: 'prod', ARGOCD_ENV_MOORING_IMAGE: 'm:2' },
      { env: 'prod', image: 'm:2' },
    ],
    [
      'both: parameters win',
      { ...json({ name: 'env', string: 'prod' }), ARGOCD_ENV_ENV: 'test' },
      { env: 'prod', image: '' },
    ],
    [
      'an empty parameter',
      { ...json({ name: 'env', string: '' }), ARGOCD_ENV_ENV: 'test' },
      { env: 'test', image: '' },
    ],
    ['anything else', { ARGOCD_APP_NAME: 'x', ARGOCD_ENV_DEBUG: '1', ENV: 'prod' }, { env: '', image: '' }],
  ])('%s', (_, env, expected) => {
    expect(pluginOptions(env)).toEqual(expected);
  });

  test.each([
    [
      'a typo',
      json({ name: 'evn', string: 'prod' }),
      'usage\nThe plugin has no parameter "evn": expected one of env, image.\nhint: Did you mean "env"?\n',
    ],
    [
      'a list',
      json({ name: 'env', array: ['prod'] }),
      "usage\nThe plugin's parameter env is a list or a map: expected a text.\nhint: Write {name: env, string: …}.\n",
    ],
    [
      'a number',
      json({ name: 'env', string: 1 }),
      "usage\nThe plugin's parameter env is no text.\nhint: Write {name: env, string: …}.\n",
    ],
    [
      'no JSON',
      { ARGOCD_APP_PARAMETERS: '{' },
      'usage\nARGOCD_APP_PARAMETERS is not what Argo CD hands over: it is no JSON.\nhint: It is a JSON list such as [{"name": "env", "string": "prod"}].\n',
    ],
    [
      'no list',
      { ARGOCD_APP_PARAMETERS: '{}' },
      'usage\nARGOCD_APP_PARAMETERS is not what Argo CD hands over: it is no list.\nhint: It is a JSON list such as [{"name": "env", "string": "prod"}].\n',
    ],
  ])('refused: %s', async (_, env, expected) => {
    expect(await shownError('', () => pluginOptions(env))).toBe(expected);
  });
});

test('the form names the environments that the folder has', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mooring-form-'));
  const none = [
    {
      name: 'env',
      title: 'Environment',
      tooltip: 'Merges mooring.<env>.yaml over each mooring.yaml.',
      collectionType: 'string',
    },
  ];
  expect(parameterAnnouncement(dir)).toEqual(none);
  for (const name of ['mooring.yaml', 'mooring.prod.yaml', 'mooring.eu-test.yaml', 'mooring.$(x).yaml'])
    writeFileSync(join(dir, name), '');
  expect(parameterAnnouncement(dir)).toEqual([
    {
      name: 'env',
      title: 'Environment',
      tooltip: 'Merges mooring.<env>.yaml over each mooring.yaml. There are: eu-test, prod.',
      collectionType: 'string',
    },
  ]);
  rmSync(dir, { recursive: true });
  expect(parameterAnnouncement(dir)).toEqual(none);
});
