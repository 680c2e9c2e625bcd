import type { Clock } from './client.ts';
import { type KubeObject, madeBy } from './object.ts';

/**
 * The latest moment at which the API server made an object, by the database's clock. The server's clock is known to the
 * second, from its answers' Date; only a difference that this cannot explain is one.
 */
export function madeByDatabase(
  object: KubeObject,
  clockOf: () => Clock | undefined,
): (databaseNow: number) => number {
  return (databaseNow) => {
    const made = madeBy(object) ?? 0;
    const clock = clockOf();
    if (clock === undefined) return made;
    const passed = performance.now() - clock.at;
    const [earliest, latest] = [clock.earliest + passed, clock.latest + passed];
    if (databaseNow < earliest) return made + (databaseNow - earliest);
    if (databaseNow > latest) return made + (databaseNow - latest);
    return made;
  };
}

/** How long a Job has been running by the API server's clock, milliseconds; undefined where that is not known. */
export function ageOf(job: KubeObject, clock: Clock | undefined): number | undefined {
  const { startTime } = (job.status ?? {}) as { readonly startTime?: unknown };
  const started = typeof startTime === 'string' ? Date.parse(startTime) : Number.NaN;
  if (clock === undefined || Number.isNaN(started)) return undefined;
  return Math.max(0, clock.earliest + (performance.now() - clock.at) - started);
}
