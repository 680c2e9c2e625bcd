import { type Json, listAt, numberAt, textAt } from '../values.ts';
import type { KubeObject } from './object.ts';

export type Judgement =
  | { readonly action: 'Count' | 'Ignore' }
  | { readonly action: 'FailJob'; readonly message: string };

/**
 * What a failed pod means to its Job: the first rule of `podFailurePolicy` that fits decides, and it counts against
 * `backoffLimit` where none does.
 */
export function judgeFailure(job: KubeObject, pod: KubeObject): Judgement {
  const rules = listAt(job, 'spec', 'podFailurePolicy', 'rules');
  for (const [index, rule] of rules.entries()) {
    const what = matchedExit(rule, pod) ?? matchedCondition(rule, pod);
    if (what === undefined) continue;
    const action = textAt(rule, 'action') ?? 'Count';
    if (action !== 'FailJob') return { action: action === 'Ignore' ? 'Ignore' : 'Count' };
    return { action, message: `${what} matching FailJob rule at index ${index}` };
  }
  return { action: 'Count' };
}

function matchedExit(rule: Json, pod: KubeObject): string | undefined {
  const values = listAt(rule, 'onExitCodes', 'values');
  const operator = textAt(rule, 'onExitCodes', 'operator');
  if (operator === undefined) return undefined;
  const only = textAt(rule, 'onExitCodes', 'containerName');
  for (const status of [
    ...listAt(pod, 'status', 'initContainerStatuses'),
    ...listAt(pod, 'status', 'containerStatuses'),
  ]) {
    const name = textAt(status, 'name') ?? '';
    const code = numberAt(status, 'state', 'terminated', 'exitCode');
    if (code === undefined || code === 0 || (only !== undefined && only !== name)) continue;
    if (values.includes(code) !== (operator === 'In')) continue;
    return `Container ${name} for pod ${pod.metadata.namespace}/${pod.metadata.name} failed with exit code ${code}`;
  }
  return undefined;
}

function matchedCondition(rule: Json, pod: KubeObject): string | undefined {
  for (const wanted of listAt(rule, 'onPodConditions')) {
    const [type, status] = [textAt(wanted, 'type'), textAt(wanted, 'status') ?? 'True'];
    const has = listAt(pod, 'status', 'conditions').some(
      (condition) => textAt(condition, 'type') === type && textAt(condition, 'status') === status,
    );
    if (has) return `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${type}`;
  }
  return undefined;
}
