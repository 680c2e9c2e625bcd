/** What a process of ours says by its exit code; each command's help repeats it. */
export const EXIT = {
  /** Same, done, nothing found. */
  ok: 0,
  /** Differences, findings, something pending or in doubt. */
  differences: 1,
  /** Failed or invalid. */
  failed: 2,
  /** Refused, held or superseded: a person decides. */
  refused: 3,
  /** Temporary: the same call may succeed later (sysexits' EX_TEMPFAIL). */
  temporary: 75,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
