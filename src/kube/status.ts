import {
  type DatabaseSchemaStatus,
  type Held,
  type LastRun,
  STATUS_LIMITS,
  type StatusDrift,
  type StatusHeld,
} from '../api/api.ts';
import { conditionsOf, type Picture } from './conditions.ts';
import { oneLine } from './one-line.ts';
import { missingFrom, type Seen, toStatusHistory } from './seen.ts';

/** What there is to tell of a DatabaseSchema; what is absent stays as it was told last. */
export interface News {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly seen?: Seen;
  readonly run?: LastRun;
  readonly held?: readonly Held[];
  /** Digest of the bundle that the database has now come to. */
  readonly converged?: string;
  /** A rollout that begins, until when it must have ended, epoch seconds; `over`: none is under way. */
  readonly rollout?: { readonly digest: string; readonly until: number } | 'over';
  readonly stuck?: Picture['stuck'];
  /** Why there is no verdict; then all that was found before stands. */
  readonly quiet?: string;
  /** The database was looked at now. */
  readonly looked?: boolean;
  readonly staleAfter?: number;
  readonly graceUntil?: number;
  readonly onlyReports: boolean;
  /** A run has just been: what the older status lists and the history lacks is no longer expected of it. */
  readonly settled?: boolean;
}

/** The status after the news. */
export function statusOf(
  previous: DatabaseSchemaStatus | undefined,
  generation: number,
  news: News,
): DatabaseSchemaStatus {
  const now = new Date(news.now).toISOString().replace(/\.\d+Z$/, 'Z');
  const { seen } = news;
  const missing =
    seen === undefined || news.settled === true
      ? { count: 0, ids: [] }
      : missingFrom(previous?.history, seen.history);
  const held = news.held?.map(toStatusHeld) ?? previous?.held ?? [];
  const run = news.run ?? previous?.lastRun;
  const awaited = news.rollout === 'over' ? undefined : (news.rollout ?? previous?.bundle?.awaited);
  const digest = news.converged ?? previous?.bundle?.digest;
  const conditions = conditionsOf(
    {
      ...(seen === undefined ? {} : { seen }),
      missing,
      ...(run === undefined ? {} : { run }),
      held,
      ...(awaited === undefined || awaited.until * 1000 < news.now ? {} : { rollout: awaited.digest }),
      ...(news.stuck === undefined ? {} : { stuck: news.stuck }),
      ...(news.quiet === undefined ? {} : { quiet: news.quiet }),
      onlyReports: news.onlyReports,
    },
    previous,
    generation,
    now,
  );
  const ready = conditions.find(({ type }) => type === 'Ready');
  return {
    observedGeneration: generation,
    conditions,
    ...(digest === undefined && awaited === undefined
      ? {}
      : {
          bundle: {
            ...(digest === undefined ? {} : { digest }),
            ...(awaited === undefined ? {} : { awaited }),
          },
        }),
    // What is missing from a restored database is known from here alone.
    ...(seen === undefined || missing.count > 0
      ? kept(previous, 'history')
      : { history: toStatusHistory(seen.history, { history: previous?.history, at: toldAt(previous) }) }),
    ...(seen?.snapshot === undefined ? kept(previous, 'snapshot') : { snapshot: seen.snapshot }),
    ...(seen?.drift === undefined ? kept(previous, 'drift') : { drift: toStatusDrift(seen.drift) }),
    held,
    ...(run === undefined ? {} : { lastRun: run }),
    ...(news.looked === true ? { checkedAt: now } : kept(previous, 'checkedAt')),
    ...(news.staleAfter === undefined ? kept(previous, 'staleAfter') : { staleAfter: news.staleAfter }),
    ...(news.graceUntil === undefined ? kept(previous, 'graceUntil') : { graceUntil: news.graceUntil }),
    targets: {
      total: 1,
      ready: ready?.status === 'True' ? 1 : 0,
      worst:
        ready === undefined || ready.status === 'True'
          ? []
          : [{ target: 'default', reason: ready.reason, message: ready.message }],
    },
  };
}

/** When something was told last, epoch milliseconds. */
function toldAt(previous: DatabaseSchemaStatus | undefined): number {
  const times = [previous?.lastRun?.at, previous?.checkedAt].map((text) => Date.parse(text ?? ''));
  return Math.max(0, ...times.filter((time) => !Number.isNaN(time)));
}

function kept<Key extends keyof DatabaseSchemaStatus>(
  previous: DatabaseSchemaStatus | undefined,
  key: Key,
): Pick<DatabaseSchemaStatus, Key> | Record<never, never> {
  const value = previous?.[key];
  return value === undefined ? {} : { [key]: value };
}

function toStatusHeld({ id, reason, message, allow, estimate }: Held): StatusHeld {
  return {
    id,
    reason,
    message: oneLine(message),
    allow: allow.replace(/^--allow /, ''),
    ...(estimate === undefined ? {} : { estimate: oneLine(estimate) }),
  };
}

function toStatusDrift({ changes, fingerprint }: NonNullable<Seen['drift']>): StatusDrift {
  return {
    count: changes.length,
    fingerprint,
    changes: changes.slice(0, STATUS_LIMITS.changes).map((change) => ({
      ...change,
      object: oneLine(change.object),
      details: change.details.slice(0, STATUS_LIMITS.details).map((detail) => oneLine(detail)),
    })),
  };
}

/** A JSON merge patch from one status to another: lists are whole, what is gone is null. */
export function statusPatch(before: unknown, after: unknown): unknown {
  if (!isRecord(before) || !isRecord(after)) return after;
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) if (after[key] === undefined) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    if (value === undefined || JSON.stringify(before[key]) === JSON.stringify(value)) continue;
    patch[key] = isRecord(before[key]) && isRecord(value) ? statusPatch(before[key], value) : value;
  }
  return patch;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
