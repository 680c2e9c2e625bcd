import { MooringError, parseDuration } from '../../api/api.ts';
import type { KubeObject } from '../cluster/object.ts';
import { at, isMap, type Json, type JsonMap, listAt, mapAt, numberAt, textAt, textsAt } from '../values.ts';
import { ANNOTATION, KNOWN_OPTIONS, wordsOf } from './sync-options.ts';

/** What an Application says, as far as it is imitated. */
export interface Settings {
  readonly name: string;
  /** Where objects without a namespace go. */
  readonly namespace: string;
  readonly sources: readonly Source[];
  readonly automated: Automated | undefined;
  readonly options: ReadonlySet<string>;
  readonly retry: Retry | undefined;
  readonly ignoreDifferences: readonly IgnoredDifference[];
  readonly serverSideDiff: boolean;
  readonly historyLimit: number;
  readonly project: Project;
}

export interface Source {
  readonly name: string;
  /** The command of its plugin, for the text of its failures. */
  readonly plugin: string;
}

export interface Automated {
  readonly prune: boolean;
  readonly selfHeal: boolean;
  readonly allowEmpty: boolean;
}

export interface Retry {
  /** Less than 0: for ever. */
  readonly limit: number;
  /** Milliseconds. */
  readonly wait: number;
  readonly factor: number;
  readonly longest: number;
}

export interface IgnoredDifference {
  readonly group: string;
  readonly kind: string;
  readonly name: string | undefined;
  readonly pointers: readonly string[];
}

export interface Project {
  readonly name: string;
  permits(group: string, kind: string, namespaced: boolean): boolean;
}

/** The retries of automated operations that name none. */
export const AUTOMATED_RETRY: Retry = { limit: 5, wait: 5_000, factor: 2, longest: 180_000 };

/**
 * An Application's manifest (and its AppProject's, `default` otherwise) as settings. Throws `not-supported` for what it
 * asks for and is not imitated.
 */
export function readApplication(application: KubeObject, project?: KubeObject): Settings {
  const spec = mapAt(application, 'spec');
  const sources = 'sources' in spec ? listAt(spec, 'sources') : [spec.source ?? {}];
  const policy = mapAt(spec, 'syncPolicy');
  const compare = wordsOf(application, ANNOTATION.compareOptions);
  return {
    name: application.metadata.name,
    namespace: textAt(spec, 'destination', 'namespace') ?? 'default',
    sources: sources.map((source, index) => ({
      name: textAt(source, 'name') ?? textAt(source, 'path') ?? String(index + 1),
      plugin: textAt(source, 'plugin', 'name') ?? 'mooring',
    })),
    automated: automatedOf(policy),
    options: new Set(textsAt(policy, 'syncOptions').map(known)),
    retry: 'retry' in policy ? retryOf(mapAt(policy, 'retry')) : undefined,
    ignoreDifferences: listAt(spec, 'ignoreDifferences').map(ignoredOf),
    serverSideDiff: compare.includes('ServerSideDiff=true'),
    historyLimit: numberAt(spec, 'revisionHistoryLimit') ?? 10,
    project: projectOf(project),
  };
}

/** Of `spec.syncPolicy`; undefined when a person starts each sync. */
export function automatedOf(policy: JsonMap): Automated | undefined {
  const automated = at(policy, 'automated');
  if (!isMap(automated) || automated.enabled === false) return undefined;
  return {
    prune: automated.prune === true,
    selfHeal: automated.selfHeal === true,
    allowEmpty: automated.allowEmpty === true,
  };
}

function known(option: string): string {
  const name = option.split('=')[0] ?? '';
  if (KNOWN_OPTIONS.has(name)) return option;
  throw notImitated(`the sync option ${option}`, `Those that are: ${[...KNOWN_OPTIONS].join(', ')}.`);
}

function retryOf(retry: JsonMap): Retry {
  if (retry.refresh === true) throw notImitated('retry.refresh', '');
  const milliseconds = (name: string, otherwise: number) => {
    const text = textAt(retry, 'backoff', name);
    return text === undefined ? otherwise : parseDuration(text);
  };
  return {
    limit: numberAt(retry, 'limit') ?? 0,
    wait: milliseconds('duration', AUTOMATED_RETRY.wait),
    factor: numberAt(retry, 'backoff', 'factor') ?? AUTOMATED_RETRY.factor,
    longest: milliseconds('maxDuration', AUTOMATED_RETRY.longest),
  };
}

function ignoredOf(entry: Json): IgnoredDifference {
  const other = Object.keys(mapAt(entry)).find(
    (key) => !['group', 'kind', 'name', 'jsonPointers'].includes(key),
  );
  if (other !== undefined)
    throw notImitated(`ignoreDifferences.${other}`, 'Name the fields by jsonPointers.');
  return {
    group: textAt(entry, 'group') ?? '',
    kind: textAt(entry, 'kind') ?? '',
    name: textAt(entry, 'name'),
    pointers: textsAt(entry, 'jsonPointers'),
  };
}

function projectOf(project: KubeObject | undefined): Project {
  const spec = mapAt(project, 'spec');
  const fits = (list: string, group: string, kind: string) =>
    listAt(spec, list).some((entry) => {
      const [entryGroup, entryKind] = [textAt(entry, 'group') ?? '', textAt(entry, 'kind') ?? ''];
      return [group, '*'].includes(entryGroup) && [kind, '*'].includes(entryKind);
    });
  return {
    name: project?.metadata.name ?? 'default',
    permits: (group, kind, namespaced) => {
      if (project === undefined) return true;
      if (!namespaced) return fits('clusterResourceWhitelist', group, kind);
      const listed = 'namespaceResourceWhitelist' in spec;
      if (listed && !fits('namespaceResourceWhitelist', group, kind)) return false;
      return !fits('namespaceResourceBlacklist', group, kind);
    },
  };
}

function notImitated(what: string, hint: string): MooringError {
  return new MooringError('not-supported', `${what} is not imitated by the rehearsal`, { hint });
}
