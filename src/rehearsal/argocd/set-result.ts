import type { ObjectOutcome } from '../event.ts';
import type { OperationPhase, ResultCode } from './operation.ts';
import type { Pass } from './pass.ts';
import type { Task } from './task.ts';

/** Notes what became of a task, in the results that outlive the pass, and tells it. */
export function setResult(
  pass: Pass,
  task: Task,
  code: ResultCode,
  state: OperationPhase,
  message: string,
  outcome?: ObjectOutcome | 'untold',
): void {
  const before = pass.results.get(task.key);
  task.code = code;
  task.state = state;
  // The last that there was to say stays.
  if (message !== '') task.message = message;
  pass.results.set(task.key, {
    ref: task.ref,
    phase: task.phase,
    hook: task.hook,
    code,
    state,
    message: task.message,
  });
  const told = outcome ?? (before?.state === state ? undefined : ENDS[state]);
  if (told === undefined || told === 'untold') return;
  const { phase, wave, ref, hook } = task;
  pass.tell({
    type: 'object',
    app: pass.settings.name,
    phase,
    wave,
    object: ref,
    hook,
    outcome: told,
    message: task.message,
  });
}

const ENDS: Partial<Record<OperationPhase, ObjectOutcome>> = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  Error: 'failed',
};
