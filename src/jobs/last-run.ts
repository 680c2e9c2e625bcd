import {
  type ErrorReport,
  EXIT,
  type JobRole,
  type LastRun,
  type MooringError,
  type RunReport,
  reasonOf,
} from '../api/api.ts';
import type { EventText } from '../kube/kube.ts';

/** A run as the status tells it. */
export function lastRunOf(
  job: LastRun['job'],
  report: Pick<RunReport, 'result' | 'applied' | 'undone' | 'error'>,
  { bundle, began, now }: { readonly bundle: string; readonly began: number; readonly now: number },
): LastRun {
  const { error } = report;
  return {
    job,
    result: report.result,
    at: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    ms: Math.max(0, Math.round(now - began)),
    bundle,
    applied: report.applied.length,
    undone: report.undone.length,
    ...(error === undefined ? {} : { error: brief(error) }),
  };
}

/** A run that ended before it was one. */
export function reportOfError(error: MooringError): RunReport {
  return {
    result:
      error.code === 'superseded' ? 'superseded' : error.exitCode === EXIT.refused ? 'refused' : 'failed',
    applied: [],
    undone: [],
    held: [],
    absorbed: [],
    pending: [],
    notes: [],
    error: error.toJSON(),
  };
}

/** What a person should see of it in the cluster; nothing where nothing happened. */
export function eventOfRun(role: JobRole, report: RunReport): EventText | undefined {
  const { error, held, applied, undone } = report;
  if (error !== undefined) {
    const type = report.result === 'superseded' ? 'Normal' : 'Warning';
    return { type, reason: reasonOf(error.code), message: `${role}: ${error.message}` };
  }
  const [first] = held;
  if (first !== undefined)
    return {
      type: 'Warning',
      reason: reasonOf(first.reason),
      message: `${role}: ${first.id === 'drift' ? 'putting drift back' : `the undo of ${first.id}`} is held: ${first.message}`,
    };
  if (applied.length + undone.length === 0) return undefined;
  const words = [
    ...(applied.length === 0 ? [] : [`applied ${applied.map(({ id }) => id).join(', ')}`]),
    ...(undone.length === 0 ? [] : [`undone ${undone.map(({ id }) => id).join(', ')}`]),
  ];
  return { type: 'Normal', reason: 'Succeeded', message: `${role}: ${words.join(', ')}` };
}

function brief({ code, message, hint, file, line }: ErrorReport): NonNullable<LastRun['error']> {
  const [first = ''] = message.split('\n');
  return {
    code,
    message: cut(first),
    hint: cut(hint.replaceAll('\n', ' ')),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length <= 300 ? text : `${characters.slice(0, 299).join('')}…`;
}
