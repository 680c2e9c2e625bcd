import { MooringError } from '../api/api.ts';
import type { HistoryEntry, Session } from '../engines/engines.ts';
import { isAllowed, type RunRequest } from './request.ts';

/**
 * What every run does under the lock before it decides: our tables are there, nobody else may write them, the history
 * is our own, and a database with objects and no history is not taken for an empty one. Returns the history.
 * Throws `history-*`, `publication-all-tables`, `claimed-by-another`, `baseline-needed`.
 */
export async function enter(
  request: RunRequest,
  session: Session,
  options: { readonly files: boolean },
): Promise<readonly HistoryEntry[]> {
  const { state, entries } = await session.store.stateAndHistory();
  if (state === 'absent' && options.files) await refuseUnknownObjects(request, session);
  if (state !== 'current')
    await session.store.ensure({ allowPublication: isAllowed(request, 'publication-all-tables') });
  await session.store.guard();
  if (state !== 'absent' && options.files && entries.length === 0) {
    await refuseUnknownObjects(request, session);
  }
  refuseOther(request, entries);
  return entries;
}

/** What an engine cannot do yet is refused by its name. */
export function notBuilt(session: Session, what: string, hint: string): MooringError {
  return new MooringError('not-supported', `${what} is not built for ${session.engine.name} yet`, { hint });
}

async function refuseUnknownObjects(request: RunRequest, session: Session): Promise<void> {
  if (await session.empty(request.definition.spec.scope)) return;
  if (await onlyOurFirstRun(session)) return;
  if (request.definition.spec.mode === 'declarative') {
    throw new MooringError(
      'baseline-needed',
      `database ${session.server.database} has objects and no history: what of it is anybody else's is not known`,
      {
        hint: 'Say once that it is to be led by these files: mooring baseline DIR --url … (changes nothing; mooring plan DIR then shows what would)',
      },
    );
  }
  throw new MooringError(
    'baseline-needed',
    `database ${session.server.database} has objects and no history: which of the migrations they stand for is not known`,
    {
      hint: 'Say it once: mooring baseline --version V --url … (everything up to V counts as applied; 0 for none of them)',
    },
  );
}

/** A first migration that stands half-applied explains the objects. */
async function onlyOurFirstRun(session: Session): Promise<boolean> {
  return (await session.store.state()) !== 'absent' && (await session.store.openJournal()).length > 0;
}

/** An owner without a name (adopted without a definition) is anybody; the same name is the same owner where one side does not know its namespace (a laptop). */
function refuseOther(request: RunRequest, entries: readonly HistoryEntry[]): void {
  const newest = entries.at(-1);
  if (newest === undefined || request.owner === '' || sameOwner(newest.owner, request.owner)) return;
  throw new MooringError(
    'claimed-by-another',
    `the history of this database belongs to ${shown(newest.owner)} (last entry ${newest.at}); this is ${shown(request.owner)}`,
    {
      hint: 'Is the URL the right one? If this definition is to rule the database from now on: mooring baseline --take-over --url …',
    },
  );
}

/** A request that names no definition speaks for the owner of the history. */
export function asOwner(request: RunRequest, entries: readonly HistoryEntry[]): RunRequest {
  return request.owner === '' ? { ...request, owner: entries.at(-1)?.owner ?? '/' } : request;
}

export function sameOwner(a: string, b: string): boolean {
  const [namespaceA = '', nameA] = a.split('/');
  const [namespaceB = '', nameB] = b.split('/');
  if (nameA === '' || nameB === '') return true;
  return nameA === nameB && (namespaceA === namespaceB || namespaceA === '' || namespaceB === '');
}

function shown(owner: string): string {
  return owner.startsWith('/') ? owner.slice(1) : owner;
}
