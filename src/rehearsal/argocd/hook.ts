import { annotationOf, type KubeObject } from '../cluster/object.ts';
import type { SyncPhase } from '../event.ts';
import { ANNOTATION, wordsOf } from './sync-options.ts';

const PHASES: readonly SyncPhase[] = ['PreSync', 'Sync', 'PostSync', 'SyncFail'];

export type DeletePolicy = 'BeforeHookCreation' | 'HookSucceeded' | 'HookFailed';

export function isHook(object: KubeObject): boolean {
  return annotationOf(object, ANNOTATION.hook) !== undefined && !isSkipped(object);
}

/** `hook: Skip`: neither hook nor object, left alone. */
export function isSkipped(object: KubeObject): boolean {
  const types = wordsOf(object, ANNOTATION.hook);
  return types.length === 1 && types[0] === 'Skip';
}

/** The phases in which an object is applied. */
export function phasesOf(object: KubeObject): readonly SyncPhase[] {
  if (isSkipped(object)) return [];
  if (!isHook(object)) return ['Sync'];
  const types = wordsOf(object, ANNOTATION.hook);
  return PHASES.filter((phase) => types.includes(phase));
}

export function waveOf(object: KubeObject): number {
  const wave = Number.parseInt(annotationOf(object, ANNOTATION.wave) ?? '0', 10);
  return Number.isNaN(wave) ? 0 : wave;
}

/** When a hook's object is deleted; before the next of its name is made, if it does not say. */
export function deletePolicies(object: KubeObject): readonly DeletePolicy[] {
  const named = wordsOf(object, ANNOTATION.hookDeletePolicy).filter(
    (word): word is DeletePolicy =>
      word === 'BeforeHookCreation' || word === 'HookSucceeded' || word === 'HookFailed',
  );
  return named.length === 0 ? ['BeforeHookCreation'] : named;
}
