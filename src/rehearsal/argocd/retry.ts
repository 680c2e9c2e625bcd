import type { OperationState } from './operation.ts';
import type { Retry } from './settings.ts';

/** Milliseconds from a failed attempt to the next, `attempt` counted from 0. */
export function retryWait({ wait, factor, longest }: Retry, attempt: number): number {
  const milliseconds = wait * factor ** attempt;
  return longest > 0 ? Math.min(longest, milliseconds) : milliseconds;
}

/**
 * The state of an operation after a failure: one that waits for its next attempt, or one that is over. Argo CD says the
 * wait of this attempt and keeps that of the next: what it says is too short by the factor.
 */
export function afterFailure(state: OperationState, terminated: boolean, now: number): OperationState {
  const { retry } = state.operation;
  if (!terminated && retry !== undefined && (state.retries < retry.limit || retry.limit < 0)) {
    const said = retryWait(retry, state.retries) / 1000;
    const retries = state.retries + 1;
    const message = `${state.message}. Retrying attempt #${retries} in ${said} s.`;
    return { ...state, phase: 'Running', finishedAt: now, retries, message };
  }
  if (state.retries === 0) return state;
  return { ...state, message: `${state.message} (retried ${state.retries} times).` };
}
