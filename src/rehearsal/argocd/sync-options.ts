import { annotationOf, type KubeObject } from '../cluster/object.ts';

export const ANNOTATION = {
  hook: 'argocd.argoproj.io/hook',
  hookDeletePolicy: 'argocd.argoproj.io/hook-delete-policy',
  wave: 'argocd.argoproj.io/sync-wave',
  syncOptions: 'argocd.argoproj.io/sync-options',
  compareOptions: 'argocd.argoproj.io/compare-options',
  tracking: 'argocd.argoproj.io/tracking-id',
  ignoreHealth: 'argocd.argoproj.io/ignore-healthcheck',
} as const;

export const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer';

/** The comma-separated words of an annotation. */
export function wordsOf(object: KubeObject | undefined, annotation: string): readonly string[] {
  const text = object === undefined ? undefined : annotationOf(object, annotation);
  return (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** Does a resource carry a sync option such as `Replace=true`? */
export function hasSyncOption(object: KubeObject | undefined, option: string): boolean {
  return wordsOf(object, ANNOTATION.syncOptions).includes(option);
}

export function hasCompareOption(object: KubeObject | undefined, option: string): boolean {
  return wordsOf(object, ANNOTATION.compareOptions).includes(option);
}

/** Sync options of an application that are imitated, and those that change nothing here. */
export const KNOWN_OPTIONS: ReadonlySet<string> = new Set([
  'ApplyOutOfSyncOnly',
  'CreateNamespace',
  'Prune',
  'PruneLast',
  'PrunePropagationPolicy',
  'Replace',
  'RespectIgnoreDifferences',
  'ServerSideApply',
  'SkipDryRunOnMissingResource',
  'Validate',
]);
