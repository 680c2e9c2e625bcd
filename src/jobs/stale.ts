/**
 * From when on the silence of the check is bad news, epoch seconds: two of its times have passed, and what a run may take.
 * Schedules are in the time zone of the cluster's controller, mostly UTC.
 */
export async function staleAfter(schedule: string, now: number, deadline: number): Promise<number> {
  const { Cron } = await import('croner');
  const runs = new Cron(schedule, { timezone: 'UTC' }).nextRuns(2, new Date(now));
  const last = runs.at(-1)?.getTime() ?? now + 3_600_000;
  return Math.ceil((last + Math.min(deadline, SLACK)) / 1000);
}

/** A Job starts late, and takes its time. Milliseconds. */
const SLACK = 300_000;
