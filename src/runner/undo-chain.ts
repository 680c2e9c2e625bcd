import { createHash } from 'node:crypto';
import { type ErrorCode, type Held, MooringError } from '../api/api.ts';
import type { HistoryEntry, JournalEntry, Session } from '../engines/engines.ts';
import { type Script, SqlScript } from '../migrations/migrations.ts';
import type { Standing } from './applied.ts';
import type { StoredScript } from './entries.ts';
import { isJournaled } from './is-journaled.ts';
import { isAllowed, type RunRequest } from './request.ts';

/** One link of the way back: an applied migration and its stored undo. */
export interface Link {
  readonly entry: HistoryEntry;
  readonly script: Script;
  readonly journaled: boolean;
  /** It came without an undo: the script is empty, and a plan leads back to the snapshot before it. */
  readonly computed: boolean;
  /** What an interrupted run of this undo has journaled of the script. */
  readonly journal: readonly JournalEntry[];
  /** That run, which is gone on with. */
  readonly run?: string;
  /** Of a migration that stands half-applied: its run, which the undo closes. */
  readonly closes?: string;
}

export type Chain = { readonly links: readonly Link[] } | { readonly held: readonly Held[] };

/** Loads the stored undos, newest first, and holds the whole chain if any part of it cannot be undone at all. */
export async function loadChain(
  request: RunRequest,
  session: Session,
  standing: Standing,
  entries: readonly HistoryEntry[],
  open: readonly JournalEntry[],
  half?: HistoryEntry,
): Promise<Chain> {
  const held: Held[] = [];
  const links: Link[] = [];
  for (const entry of half === undefined ? entries : [half, ...entries]) {
    const rows = open.filter((row) => row.action === 'undo' && row.id === entry.id);
    const last = rows.at(-1);
    const goesOn = {
      ...(last === undefined ? {} : { run: last.run }),
      ...(entry === half ? { closes: entry.key } : {}),
    };
    if (standing.baseline !== undefined && entry.seq <= standing.baseline.seq) {
      held.push(
        hold(
          entry,
          'undo-below-baseline',
          `${entry.id} lies below the baseline of ${standing.baseline.at}: how it came about is not known`,
        ),
      );
    } else if (entry.detail.irreversible === true) {
      held.push(
        hold(
          entry,
          'undo-irreversible',
          `${entry.id} (${entry.detail.file}) says of itself that it is irreversible`,
        ),
      );
    } else if (entry.undo === undefined) {
      if (mayCompute(request, session, entry))
        links.push({
          entry,
          script: nothing(session, entry),
          journaled: false,
          computed: true,
          journal: [],
          ...goesOn,
        });
      else held.push(withoutUndo(session, entry));
    } else {
      const script = await loadScript(session, entry, entry.undo);
      if (script.directives.irreversible) {
        held.push(
          hold(
            entry,
            'undo-irreversible',
            `the undo of ${entry.id} (${script.file}) says that it is irreversible`,
          ),
        );
        continue;
      }
      // What was run to mend what it left is planned anew.
      const journal = rows.filter(({ file }) => file === script.file);
      const journaled =
        entry === half ||
        rows.length > 0 ||
        (await isJournaled(session.engine, request.definition, script)) !== undefined;
      links.push({ entry, script, journaled, computed: false, journal, ...goesOn });
    }
  }
  return held.length > 0 ? { held } : { links };
}

/** What it did to rows is not known of a migration that said nothing of it: then a person answers for them. */
function mayCompute(request: RunRequest, session: Session, { detail }: HistoryEntry): boolean {
  if (!canCompute(session.engine)) return false;
  return detail.rows === 'kept' || isAllowed(request, 'undo-missing');
}

/** A plan is tried and proven before it counts: in a transaction, or in a scratch database. */
export function canCompute({ planRules }: Session['engine']): boolean {
  return planRules !== undefined;
}

function withoutUndo({ engine }: Session, entry: HistoryEntry): Held {
  const message = `${entry.id} (${entry.detail.file}) came without an undo, so none is stored`;
  if (!canCompute(engine)) return hold(entry, 'undo-missing', message);
  return hold(
    entry,
    'undo-missing',
    `${message}; one could be computed from the snapshot before it, but for rows that it wrote or changed: they would stay as they are`,
    { allow: '--allow undo-missing' },
  );
}

function nothing(session: Session, { detail }: HistoryEntry): Script {
  return new SqlScript(
    { path: `${detail.file}, whose undo is computed`, bytes: new Uint8Array() },
    session.engine.dialect,
    { transaction: 'on' },
  );
}

/** A stored script as it will run. Throws `undo-tampered` when it is not what its hash says. */
export async function loadScript(session: Session, entry: HistoryEntry, key: string): Promise<Script> {
  const bytes = (await session.store.getBlobs([key])).get(key);
  if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== key) {
    throw new MooringError(
      'undo-tampered',
      `the stored script of ${entry.id} (${entry.detail.file}) is ${bytes === undefined ? 'not there' : 'not the one that was recorded'}: its hash should be ${key.slice(0, 15)}…`,
      {
        hint: 'Somebody altered mooring.object. Restore it from a backup, or take the migration back by hand.',
      },
    );
  }
  const stored = JSON.parse(Buffer.from(bytes).toString('utf8')) as StoredScript;
  const script = new SqlScript(
    { path: stored.file, bytes: Buffer.from(stored.text) },
    session.engine.dialect,
    stored,
  );
  const { file, text, sha256, steps, checksum, directives } = script;
  return {
    file,
    text,
    sha256,
    steps,
    checksum,
    directives: { ...directives, transaction: stored.transaction },
  };
}

export function hold(
  entry: Pick<HistoryEntry, 'id'>,
  reason: ErrorCode,
  message: string,
  more: Partial<Held> = {},
): Held {
  return { id: entry.id, reason, message, allow: '', ...more };
}
