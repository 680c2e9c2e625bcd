import { setTimeout as sleep } from 'node:timers/promises';
import { ANNOTATIONS, type DefinitionSpec, SETTLED } from '../api/api.ts';
import type { Client } from './client.ts';
import { aheadWords, driftWords, missingWords } from './conditions.ts';
import type { Missing, Seen } from './seen.ts';

/** The word of a Job that has begun and not ended well: its mark, until it does. */
export const UNFINISHED = 'unfinished';

/** The same drift is marked again after so long, milliseconds: self-heal would else do nothing for ever. */
const AGAIN = 3_600_000;

/** Longest mark; it is read in a diff. */
const LONGEST = 250;

/** What there is to mark: the text, and for drift which. */
export interface Mark {
  readonly text: string;
  readonly drift?: string;
  /** It asks for prepare to run, too. */
  readonly forward: boolean;
}

/** The mark for what was seen, if it is one: the history before the catalog, since a run mends it first. */
export function markFor(
  seen: Seen,
  missing: Missing,
  digest: string,
  show: DefinitionSpec['drift']['show'],
): Mark | undefined {
  if (missing.count > 0) return { text: cut(missingWords(missing)), forward: true };
  if (seen.ahead.length > 0) return { text: cut(`ahead: ${aheadWords(seen.ahead)}`), forward: false };
  if (seen.pending.length > 0) return { text: `pending ${digest}`, forward: true };
  if (seen.drift === undefined || seen.drift.changes.length === 0 || show === 'Health') return undefined;
  return {
    text: cut(`drift: ${driftWords(seen.drift.changes)}`),
    drift: seen.drift.fingerprint,
    forward: false,
  };
}

/** When which drift was marked last, as the annotation says it. */
export function markedValue(fingerprint: string, now: number): string {
  return `${fingerprint} ${Math.floor(now / 1000)}`;
}

/** May the same drift be marked again already? */
export function mayMarkAgain(marked: string | undefined, fingerprint: string, now: number): boolean {
  const [last, seconds] = (marked ?? '').split(' ');
  return last !== fingerprint || now - Number(seconds) * 1000 >= AGAIN;
}

/** A mark that a check may take away again: what it says can be told anew from the database. */
export function isPassing(state: string | undefined): boolean {
  return state !== undefined && /^(drift|ahead): |^\d+ migrations? missing|^pending /.test(state);
}

export function isSettled(state: string | undefined): boolean {
  return state === undefined || state === SETTLED;
}

export interface Marking {
  readonly path: string;
  /** Only if it is still this version of the object. */
  readonly version?: string | undefined;
  readonly annotations: Readonly<Record<string, string | null>>;
}

/**
 * Marks objects in their order, each right after the one before and none more than some milliseconds later, however slow
 * the server answers: converge comes before the DatabaseSchema, and Argo CD looks 130 ms after the first. Gives what went
 * wrong.
 */
export async function markInOrder(client: Client, markings: readonly Marking[]): Promise<readonly unknown[]> {
  const sent: Promise<unknown>[] = [];
  for (const { path, version, annotations } of markings) {
    const asked =
      version === undefined
        ? client.patch(path, { metadata: { annotations } })
        : client.patchUnchanged(path, { metadata: { annotations, resourceVersion: version } });
    const patch = asked.then(
      () => undefined,
      (error: unknown) => error,
    );
    sent.push(patch);
    await Promise.race([patch, sleep(15)]);
  }
  return (await Promise.all(sent)).filter((error) => error !== undefined);
}

export function stateOf(text: string): Readonly<Record<string, string>> {
  return { [ANNOTATIONS.state]: text };
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
