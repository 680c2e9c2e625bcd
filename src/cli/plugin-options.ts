import { readdirSync } from 'node:fs';
import { MooringError } from '../api/api.ts';
import { nearest } from '../definition/definition.ts';
import type { RenderOptions } from '../render/render.ts';

/** What an Application may say to the plugin. Argo CD's form shows both announcements, so each is in one of them. */
export const PARAMETERS = [
  {
    name: 'env',
    title: 'Environment',
    tooltip: 'Merges mooring.<env>.yaml over each mooring.yaml.',
    announced: 'dynamic',
  },
  {
    name: 'image',
    title: 'Image of the runner',
    tooltip: 'What the Jobs run, by digest. Default: the image that belongs to the plugin.',
    announced: 'static',
  },
] as const;

type Name = (typeof PARAMETERS)[number]['name'];
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What Argo CD hands over of the Application: `plugin.parameters` as ARGOCD_APP_PARAMETERS and PARAM_<NAME>, and
 * `plugin.env` as ARGOCD_ENV_<NAME>, in this order. Nothing else that it tells has a say in what is rendered.
 * Throws `usage` for parameters that are not known: a typo must not render another environment.
 */
export function pluginOptions(env: Environment): RenderOptions {
  const parameters = handedOver(env.ARGOCD_APP_PARAMETERS ?? '');
  const value = (name: Name): string =>
    [
      parameters.get(name),
      env[`PARAM_${name.toUpperCase()}`],
      env[`ARGOCD_ENV_${name.toUpperCase()}`],
      env[`ARGOCD_ENV_MOORING_${name.toUpperCase()}`],
    ].find((given) => given !== undefined && given !== '') ?? '';
  return { env: value('env'), image: value('image') };
}

/** The dynamic announcement for Argo CD's form: which environments the folder has. Never throws: it is only a hint. */
export function parameterAnnouncement(dir: string): readonly object[] {
  const known = environments(dir);
  return PARAMETERS.filter(({ announced }) => announced === 'dynamic').map(({ name, title, tooltip }) => ({
    name,
    title,
    tooltip: known.length === 0 ? tooltip : `${tooltip} There are: ${known.join(', ')}.`,
    collectionType: 'string',
  }));
}

function environments(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
      .flatMap((name) => /^mooring\.([A-Za-z0-9][-A-Za-z0-9_.]*)\.yaml$/.exec(name)?.[1] ?? [])
      .sort()
      .slice(0, 50);
  } catch {
    return [];
  }
}

function handedOver(json: string): ReadonlyMap<string, string> {
  if (json.trim() === '') return new Map();
  const list = parsed(json);
  if (list === null) return new Map();
  if (!Array.isArray(list)) throw invalid('it is no list');
  return new Map(list.map((parameter) => entryOf(parameter)));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid('it is no JSON');
  }
}

function entryOf(parameter: unknown): readonly [string, string] {
  const { name, string: value } = (
    typeof parameter === 'object' && parameter !== null ? parameter : {}
  ) as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string') throw invalid('an entry has no name');
  const known: readonly string[] = PARAMETERS.map((each) => each.name);
  if (!known.includes(name)) {
    const meant = nearest(name, known);
    throw new MooringError(
      'usage',
      `The plugin has no parameter ${JSON.stringify(name.slice(0, 80))}: expected one of ${known.join(', ')}.`,
      { hint: meant === undefined ? 'Correct spec.source.plugin.parameters.' : `Did you mean "${meant}"?` },
    );
  }
  if (value !== undefined && value !== null && typeof value !== 'string') {
    throw new MooringError('usage', `The plugin's parameter ${name} is no text.`, {
      hint: `Write {name: ${name}, string: …}.`,
    });
  }
  // As a list or a map it would be passed over without a word.
  if (
    typeof value !== 'string' &&
    Object.keys(parameter as object).some((key) => key === 'array' || key === 'map')
  ) {
    throw new MooringError('usage', `The plugin's parameter ${name} is a list or a map: expected a text.`, {
      hint: `Write {name: ${name}, string: …}.`,
    });
  }
  return [name, value ?? ''];
}

function invalid(what: string): MooringError {
  return new MooringError('usage', `ARGOCD_APP_PARAMETERS is not what Argo CD hands over: ${what}.`, {
    hint: 'It is a JSON list such as [{"name": "env", "string": "prod"}].',
  });
}
