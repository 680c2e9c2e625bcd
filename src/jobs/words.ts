import { type ErrorReport, type ExitCode, exitOfRun, type JobRole, type RunReport } from '../api/api.ts';

/** How much of a log Kubernetes shows of a container that failed. */
export const LAST_WORDS = { bytes: 2048, lines: 80 } as const;

/** The end of a run in words for people, and the exit code that goes with it. */
export function outcomeOf(
  role: JobRole,
  report: RunReport,
): { readonly exit: ExitCode; readonly words: string } {
  const exit = exitOfRun(report);
  if (report.error !== undefined) return { exit, words: errorWords(role, report.error, did(report)) };
  if (report.held.length > 0) return { exit, words: heldWords(role, report) };
  const done = did(report);
  const left = report.pending.length === 0 ? '' : `; left for converge: ${some(report.pending)}`;
  const what = done !== '' ? done : report.result === 'done' ? 'done' : 'nothing to do';
  return { exit, words: fitted([`${role}: ${what}${left}`], []) };
}

/** What failed, where, what the server said, and what to do: whole, and short enough to be shown whole. */
export function errorWords(
  role: JobRole,
  error: ErrorReport & { readonly excerpt?: string },
  done = '',
): string {
  const { code, message, hint, server } = error;
  return fitted(
    [
      `${role}: error[${code}]: ${message}`,
      ...(server?.detail === undefined ? [] : [`  detail: ${server.detail}`]),
      ...(server?.hint === undefined ? [] : [`  server's hint: ${server.hint}`]),
    ],
    [...(hint === '' ? [] : [`hint: ${hint}`]), ...(done === '' ? [] : [`before that: ${done}`])],
  );
}

function heldWords(role: JobRole, report: RunReport): string {
  const allow = [...new Set(report.held.map((held) => held.allow.replace(/^--allow /, '')))].filter(
    (code) => code !== '',
  );
  const done = did(report);
  return fitted(
    report.held.map((held) => `${role}: held[${held.reason}]: ${held.message}`),
    [
      report.undone.length === 0 ? 'Nothing was undone.' : `before that: ${done}`,
      ...(allow.length === 0
        ? []
        : [`hint: to do it all the same: hazards.allow: [${allow.join(', ')}] in mooring.yaml, and sync`]),
    ],
  );
}

function did({ applied, undone }: RunReport): string {
  return [
    ...(applied.length === 0 ? [] : [`applied ${some(applied.map(({ id }) => id))}`]),
    ...(undone.length === 0 ? [] : [`undone ${some(undone.map(({ id }) => id))}`]),
  ].join(', ');
}

function some(ids: readonly string[]): string {
  return ids.length <= 10 ? ids.join(', ') : `${ids.slice(0, 10).join(', ')} and ${ids.length - 10} more`;
}

/** As much of the first lines as there is room for beside the last ones, which say what to do. */
function fitted(first: readonly string[], last: readonly string[]): string {
  const end = cut(last.join('\n').split('\n').slice(0, 20), LAST_WORDS.bytes / 2);
  const rest = LAST_WORDS.bytes - Buffer.byteLength(end.join('\n')) - 2;
  const begin = cut(first.join('\n').split('\n'), rest, LAST_WORDS.lines - end.length - 1);
  return [...begin, ...end].filter((line) => line.trim() !== '').join('\n');
}

/** Whole lines within so many bytes; where some are left out, the last one says so. */
function cut(lines: readonly string[], bytes: number, count: number = LAST_WORDS.lines): readonly string[] {
  const kept: string[] = [];
  let room = bytes - 8;
  for (const line of lines) {
    if (kept.length >= count - 1 || room <= 0) return [...kept, '…'];
    const size = Buffer.byteLength(line) + 1;
    if (size > room) return [...kept, `${within(line, room)}…`];
    kept.push(line);
    room -= size;
  }
  return kept;
}

/** The beginning of a text in so many bytes of UTF-8, whole characters. */
function within(text: string, bytes: number): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, Math.max(0, bytes))).replace(/\uFFFD+$/, '');
}
