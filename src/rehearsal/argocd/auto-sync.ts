import type { AppState } from './app-state.ts';
import type { Comparison } from './compare.ts';
import type { Operation } from './operation.ts';
import { AUTOMATED_RETRY } from './settings.ts';

/** What follows from a comparison. */
export type AutoSync =
  | { readonly type: 'nothing' }
  | { readonly type: 'start'; readonly operation: Operation }
  /** Too early after the last one; milliseconds. */
  | { readonly type: 'later'; readonly wait: number }
  | { readonly type: 'error'; readonly message: string };

const FIRST_WAIT = 2_000;
const FACTOR = 3;
const LONGEST_WAIT = 300_000;

/**
 * Should the application be synced by itself? A revision that was tried is not tried again: self-heal, where it is on,
 * then applies what is out of sync, without hooks, later and later as long as nothing else comes between.
 */
export function autoSync(app: AppState, comparison: Comparison, now: number): AutoSync {
  const { automated } = app.settings;
  const nothing: AutoSync = { type: 'nothing' };
  if (automated === undefined || app.operation !== undefined || comparison.status !== 'OutOfSync')
    return nothing;
  const { resources, revisions } = comparison;
  const counted = resources.filter(({ status }) => status !== undefined);
  const differing = counted.filter(({ status }) => status !== 'Synced');
  if (!automated.prune && differing.every(({ requiresPruning }) => requiresPruning)) return nothing;
  const fresh: Operation = {
    why: 'automated sync',
    revisions,
    entry: undefined,
    prune: automated.prune,
    options: app.settings.options,
    applyOnly: false,
    force: false,
    only: [],
    retry: app.settings.retry ?? AUTOMATED_RETRY,
    automated: true,
    selfHealAttempts: 0,
  };
  const operation = wasTried(app, revisions) ? again(app, fresh, comparison, now) : fresh;
  if ('type' in operation) return operation;
  const shown = `[${revisions.join(' ')}]`;
  if (automated.prune && !automated.allowEmpty && resources.every(({ requiresPruning }) => requiresPruning))
    return {
      type: 'error',
      message: `Skipping sync attempt to ${shown}: auto-sync will wipe out all resources`,
    };
  return { type: 'start', operation };
}

function again(app: AppState, fresh: Operation, comparison: Comparison, now: number): Operation | AutoSync {
  const { last } = app;
  if (last?.phase !== 'Succeeded') {
    const revisions = `[${(last?.revisions ?? []).join(' ')}]`;
    return { type: 'error', message: `Failed last sync attempt to ${revisions}: ${last?.message ?? ''}` };
  }
  if (app.settings.automated?.selfHeal !== true) return { type: 'nothing' };
  const attempts = last.operation.selfHealAttempts;
  const wait = attempts === 0 ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * FACTOR ** (attempts - 1));
  const left = (last.finishedAt ?? now) + wait - now;
  if (left > 0) return { type: 'later', wait: left };
  const only = comparison.resources
    .filter(({ status }) => status !== undefined && status !== 'Synced')
    .map(({ ref: { group, kind, name } }) => ({ group, kind, name }));
  return { ...fresh, why: 'self-heal', only, selfHealAttempts: attempts + 1 };
}

function wasTried({ last }: AppState, revisions: readonly string[]): boolean {
  return last !== undefined && last.revisions.join('\n') === revisions.join('\n');
}
