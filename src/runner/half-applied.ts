import { type Held, MooringError } from '../api/api.ts';
import { type CatalogObject, fingerprintOf } from '../catalog/catalog.ts';
import type { HistoryEntry, JournalEntry, Session, SqlFailure } from '../engines/engines.ts';
import type { Standing } from './applied.ts';
import { isPlanned, lastEvents, stillOpen, touchedBy } from './journal-rows.ts';
import type { Recorder } from './recorder.ts';
import { hold } from './undo-chain.ts';

/** A migration that stopped on its way, as the first link of a way back. */
export interface HalfApplied {
  /** As if it had been applied: what its run would have written, as far as the journal knows. */
  readonly entry: HistoryEntry;
  /** Statements of its undo (1-based) that would take back what never happened, found when they were tried. */
  readonly skipped: Set<number>;
  /** Statements of its undo that write rows, `file:line`. */
  readonly writes: Set<string>;
}

/**
 * The migration that stands half-applied, if one does. Throws `journal-open` where its undo was not stored, or a statement
 * of its own may or may not have run and only a person can tell.
 */
export async function halfApplied(
  session: Session,
  standing: Standing,
  open: readonly JournalEntry[],
): Promise<HalfApplied | undefined> {
  const half = stillOpen(open).findLast((row) => row.action === 'apply' && row.event !== 'failed');
  if (half === undefined) return undefined;
  const rows = open.filter((row) => row.run === half.run && row.action === 'apply');
  if (isPlanned(half))
    return { entry: entryOf(half, rows, undefined, standing), skipped: new Set(), writes: new Set() };
  const undo = rows.findLast(({ detail }) => typeof detail.undo === 'string')?.detail.undo;
  if (typeof undo !== 'string')
    throw stands(half, 'End it first: mooring migrate DIR --url …', ', without an undo');
  for (const row of lastEvents(rows).values()) {
    if (row.event !== 'started') continue;
    const statement = { sql: row.sql, line: row.line, column: 1, endLine: row.line };
    if ((await session.engine.classify(statement)).settlement !== undefined) continue;
    throw stands(
      row,
      `Look whether it ran, and say so: mooring resolve ${row.id}:${row.statement} --ran --url … (or --not-ran)`,
      ', and whether that ran is not known',
    );
  }
  return { entry: entryOf(half, rows, undo, standing), skipped: new Set(), writes: new Set() };
}

function stands(row: JournalEntry, hint: string, more: string): MooringError {
  return new MooringError(
    'journal-open',
    `migration ${row.id} (${row.file}) stands half-applied, at statement ${row.statement}${more}`,
    { file: row.file, hint },
  );
}

function entryOf(
  half: JournalEntry,
  rows: readonly JournalEntry[],
  undo: string | undefined,
  standing: Standing,
): HistoryEntry {
  const irreversible = rows.some(({ detail }) => detail.irreversible === true);
  return {
    key: half.run,
    // After all that is in the history.
    seq: Number.MAX_SAFE_INTEGER,
    at: half.at,
    by: half.by,
    owner: half.owner,
    runner: half.runner,
    action: 'apply',
    id: half.id,
    description: '',
    state: 'done',
    checksum: '',
    phase: 'expand',
    repeat: 'once',
    breaking: false,
    ms: 0,
    bundle: '',
    ...(undo === undefined ? {} : { undo }),
    detail: {
      file: half.file,
      ...(isPlanned(half) ? { rows: 'kept', plan: half.detail.plan ?? '' } : {}),
      previous: standing.applied.at(-1)?.id ?? standing.baseline?.id ?? '0',
      ...(irreversible ? { irreversible: true } : {}),
    },
  };
}

/** The server's word that there is nothing to take back: what to drop is not there, or what to make again never went. */
export function isMoot({ kind }: SqlFailure): boolean {
  return kind === 'missing' || kind === 'exists';
}

/** What a way back that begins with it works with. */
export interface Half {
  readonly found: HalfApplied;
  /** What its statements touched, by name. */
  readonly names: readonly string[] | 'everything';
  /** Those that stand otherwise than we answer for: all of them must be led back. */
  readonly keys: ReadonlySet<string>;
}

export function halfOf(found: HalfApplied, open: readonly JournalEntry[], recorder: Recorder): Half {
  // Of a plan also what was begun: its way back begins from what is there.
  const begun = open.filter(isPlanned).map((row) => ({ ...row, event: 'done' as const }));
  const journal = begun.length > 0 ? begun : open;
  const { names } = touchedBy({ run: found.entry.key, journal, added: [] });
  const live = recorder.catalog.objects;
  const isNamed = (key: string, object: CatalogObject | undefined): boolean =>
    names === 'everything' ||
    names.includes(key) ||
    (object?.parent !== undefined && names.includes(object.parent));
  const keys = new Set<string>();
  for (const [key, object] of live)
    if (recorder.answered.get(key) !== fingerprintOf(object) && isNamed(key, object)) keys.add(key);
  for (const key of recorder.answered.keys()) if (!live.has(key) && isNamed(key, undefined)) keys.add(key);
  return { found, names, keys };
}

/** Whether what an undo does to rows had been done by the half that ran, nobody can tell. */
export function heldByRows({ entry, writes }: HalfApplied): readonly Held[] {
  if (writes.size === 0) return [];
  return [
    hold(
      entry,
      'undo-inexact',
      `${entry.id} (${entry.detail.file}) stands half-applied, and its undo writes rows (${[...writes].join(', ')}): whether it takes back what ran, and nothing else, is not known`,
      { allow: '--allow undo-inexact' },
    ),
  ];
}
