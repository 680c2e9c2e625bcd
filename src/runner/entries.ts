import { createHash, randomUUID } from 'node:crypto';
import { type MooringError, VERSION } from '../api/api.ts';
import type { Json } from '../catalog/catalog.ts';
import type { HistoryEntry, NewHistoryEntry, Session, UntimedHistoryEntry } from '../engines/engines.ts';
import type { Migration, Script } from '../migrations/migrations.ts';
import type { RunRequest } from './request.ts';

/** A script as it is kept beside the history: what an undo needs when its file is long gone from Git. */
export interface StoredScript {
  readonly file: string;
  readonly text: string;
  readonly checksum: string;
  /** As it is to be run, whatever the definition will say then. */
  readonly transaction: 'on' | 'off';
}

/** Keys of the stored scripts of one migration. */
export interface ScriptKeys {
  readonly script?: string;
  readonly undo?: string;
}

/** Stores the undo, and a repeatable's own text, for the way back. */
export async function storeScripts(
  request: RunRequest,
  session: Session,
  migration: Migration,
): Promise<ScriptKeys> {
  const { keys, blobs } = scriptBlobs(request, migration);
  if (blobs.size > 0) await session.store.putBlobs(blobs);
  return keys;
}

/** The same, still to be stored. */
export function scriptBlobs(
  request: RunRequest,
  migration: Migration,
): { readonly keys: ScriptKeys; readonly blobs: ReadonlyMap<string, Uint8Array> } {
  const blobs = new Map<string, Uint8Array>();
  const put = (script: Script): string => {
    const stored: StoredScript = {
      file: script.file,
      text: script.text,
      checksum: script.checksum,
      transaction: script.directives.transaction ?? request.definition.spec.migrations.transaction,
    };
    const bytes = Buffer.from(JSON.stringify(stored));
    const key = createHash('sha256').update(bytes).digest('hex');
    blobs.set(key, bytes);
    return key;
  };
  const undo = migration.undo === undefined ? undefined : put(migration.undo.script);
  const script = migration.repeat === 'once' ? undefined : put(migration.script);
  const keys = { ...(script === undefined ? {} : { script }), ...(undo === undefined ? {} : { undo }) };
  return { keys, blobs };
}

interface Outcome {
  readonly breaking: boolean;
  readonly detail?: { readonly [key: string]: Json };
}

/** The history entry of a migration that was applied. */
export function entryFor(
  request: RunRequest,
  migration: Migration,
  key: string,
  previous: string,
  scripts: ScriptKeys,
  what: Outcome & { readonly ms: number },
): NewHistoryEntry {
  return { ...untimedEntryFor(request, migration, key, previous, scripts, what), ms: what.ms };
}

/** The same, for the server to measure how long it took. */
export function untimedEntryFor(
  request: RunRequest,
  migration: Migration,
  key: string,
  previous: string,
  scripts: ScriptKeys,
  what: Outcome,
): UntimedHistoryEntry {
  return {
    ...common(request, migration, key),
    action: 'apply',
    state: 'done',
    breaking: what.breaking,
    transaction: 'current',
    ...scripts,
    detail: {
      file: migration.script.file,
      sha256: migration.script.sha256,
      previous,
      ...(migration.script.directives.irreversible ? { irreversible: true } : {}),
      ...(migration.replaces.length === 0 ? {} : { replaces: [...migration.replaces] }),
      ...what.detail,
    },
  };
}

/** The history entry of a plan that led objects back; `why` in a few words. */
export function revertEntry(
  request: RunRequest,
  key: string,
  why: string,
  ms: number,
  detail: { readonly [key: string]: Json },
): NewHistoryEntry {
  return {
    ...common(request, { id: '', description: why, checksum: '', phase: 'expand', repeat: 'once' }, key),
    action: 'revert',
    state: 'done',
    breaking: false,
    ms,
    transaction: 'current',
    detail,
  };
}

/** The history entry of a plan that did not lead back, or stopped on its way. */
export function failedRevert(
  request: RunRequest,
  error: MooringError,
  ms: number,
  detail: { readonly [key: string]: Json },
): NewHistoryEntry {
  const { transaction: _, ...entry } = revertEntry(request, randomUUID(), 'not put back', ms, detail);
  return { ...entry, state: 'failed', error: error.toJSON() };
}

/** The history entry of an attempt that failed; written in a transaction of its own. */
export function failedEntry(
  request: RunRequest,
  migration: Pick<Migration, 'id' | 'description' | 'checksum' | 'phase' | 'repeat'>,
  action: 'apply' | 'undo',
  error: MooringError,
  ms: number,
): NewHistoryEntry {
  return {
    ...common(request, migration, randomUUID()),
    action,
    state: 'failed',
    breaking: false,
    ms,
    error: error.toJSON(),
    detail: {},
  };
}

/** The entry of a migration that was taken back. */
export function undoneEntry(
  request: RunRequest,
  entry: HistoryEntry,
  key: string,
  ms: number,
  detail: { readonly [key: string]: Json },
): NewHistoryEntry {
  return {
    ...common(request, entry, key),
    action: 'undo',
    state: 'done',
    breaking: entry.breaking,
    ms,
    transaction: 'current',
    detail,
  };
}

function common(
  request: RunRequest,
  migration: Pick<Migration, 'id' | 'description' | 'checksum' | 'phase' | 'repeat'>,
  key: string,
) {
  const { id, description, checksum, phase, repeat } = migration;
  return {
    key,
    owner: request.owner,
    runner: VERSION,
    id,
    description,
    checksum,
    phase,
    repeat,
    bundle: request.bundle,
    ...(request.cluster === undefined ? {} : { cluster: request.cluster }),
  };
}
