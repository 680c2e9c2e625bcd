import { randomUUID } from 'node:crypto';
import { MooringError } from '../api/api.ts';
import type { Catalog, CatalogObject } from '../catalog/catalog.ts';
import { type HistoryEntry, type NewHistoryEntry, type Session, SqlFailure } from '../engines/engines.ts';
import type { Script } from '../migrations/migrations.ts';
import { type Standing, standingOf } from './applied.ts';
import { undoneEntry } from './entries.ts';
import type { Recorder } from './recorder.ts';
import type { RunRequest } from './request.ts';
import { runStatements, timeouts } from './statements.ts';
import { loadScript } from './undo-chain.ts';

/** Takes repeatables back to what they were before the oldest migration of the chain. */
export class RepeatablesBack {
  /** Keys of all objects that repeatables have made or changed. */
  readonly objects: ReadonlySet<string>;
  readonly #stale: readonly HistoryEntry[];
  readonly #wanted: readonly { readonly entry: HistoryEntry; readonly script: Script }[];
  readonly #drop: readonly CatalogObject[];
  #keepsakes: readonly string[] = [];

  constructor(
    objects: ReadonlySet<string>,
    stale: readonly HistoryEntry[],
    wanted: readonly { readonly entry: HistoryEntry; readonly script: Script }[],
    drop: readonly CatalogObject[],
  ) {
    this.objects = objects;
    this.#stale = stale;
    this.#wanted = wanted;
    this.#drop = drop;
  }

  get isEmpty(): boolean {
    return this.#stale.length === 0 && this.#wanted.length === 0;
  }

  /**
   * `drop`: what the target has not, or has otherwise, goes before the undos. `restore`: the target's texts run after
   * them; then the session speaks with our own voice.
   */
  async run(request: RunRequest, session: Session, what: 'drop' | 'restore'): Promise<void> {
    if (what === 'drop') {
      this.#keepsakes = this.#drop.length === 0 ? [] : await session.keepsakes(this.#drop);
      await dropAll(session, this.#drop);
      return;
    }
    for (const { script } of this.#wanted) {
      await session.resetWithin(timeouts(request, script));
      await runStatements(request, session, script);
    }
    await session.ownVoice();
    for (const sql of this.#keepsakes) await session.executeIfPossible(sql);
  }

  /** The same in a transaction of its own, with its history when all is done. */
  async inTransaction(
    request: RunRequest,
    session: Session,
    what: 'drop' | 'restore',
    recorder?: Recorder,
  ): Promise<void> {
    if (this.isEmpty) return;
    await session.reset({ lockTimeout: 0, statementTimeout: 0 }, true);
    await this.run(request, session, what);
    const entries = this.entries(request);
    const last = entries.at(-1);
    if (what === 'drop' || last === undefined || recorder === undefined) return session.commit();
    await recorder.record(await recorder.look(), last.key);
    for (const entry of entries.slice(0, -1)) await session.store.addHistory(entry);
    await session.commitWith(last);
  }

  /**
   * The same where DDL commits. What is dropped counts as not applied from then on, so that a run that is cut short is
   * made good by the next `migrate`. Without a recorder nothing is written down: a trial.
   */
  async oneByOne(
    request: RunRequest,
    session: Session,
    what: 'drop' | 'restore',
    recorder?: Recorder,
  ): Promise<void> {
    if (this.isEmpty) return;
    await session.reset({ lockTimeout: 0, statementTimeout: 0 });
    if (what === 'drop') {
      if (recorder !== undefined) {
        const gone = this.#stale.map((entry) =>
          undoneEntry(request, entry, randomUUID(), 0, { repeatable: true }),
        );
        for (const entry of gone) await session.store.addHistory(entry);
      }
      this.#keepsakes = this.#drop.length === 0 ? [] : await session.keepsakes(this.#drop);
      await dropAll(session, this.#drop);
      return;
    }
    for (const { script } of this.#wanted) {
      await session.reset(timeouts(request, script));
      await runStatements(request, session, script);
    }
    await session.reset({ lockTimeout: 0, statementTimeout: 0 });
    for (const sql of this.#keepsakes) await session.executeIfPossible(sql);
    if (recorder === undefined) return;
    const again = this.#restored(request);
    const key = again.at(-1)?.key ?? randomUUID();
    await recorder.recordNamed([...this.objects], key);
    for (const entry of again) await session.store.addHistory(entry);
  }

  /** History: repeatables that are gone, then those that were applied again as they were. */
  entries(request: RunRequest): readonly NewHistoryEntry[] {
    const again = new Set(this.#wanted.map(({ entry }) => entry.id));
    const gone = this.#stale
      .filter((entry) => !again.has(entry.id))
      .map((entry) => undoneEntry(request, entry, randomUUID(), 0, { repeatable: true }));
    return [...gone, ...this.#restored(request)];
  }

  #restored(request: RunRequest): readonly NewHistoryEntry[] {
    return this.#wanted.map(({ entry }): NewHistoryEntry => {
      const { seq: _seq, at: _at, by: _by, ...rest } = entry;
      return {
        ...rest,
        key: randomUUID(),
        owner: request.owner,
        bundle: request.bundle,
        transaction: 'current',
        detail: { ...entry.detail, restored: true },
      };
    });
  }
}

export async function planRepeatables(
  session: Session,
  standing: Standing,
  oldest: HistoryEntry,
  catalog: Catalog,
): Promise<RepeatablesBack> {
  const then = standingOf(standing.entries.filter((entry) => entry.seq < oldest.seq)).repeatables;
  const differs = (entry: HistoryEntry): boolean => then.get(entry.id)?.checksum !== entry.checksum;
  const stale = [...standing.repeatables.values()].filter(differs);
  const wanted: { entry: HistoryEntry; script: Script }[] = [];
  for (const entry of then.values()) {
    if (standing.repeatables.get(entry.id)?.checksum === entry.checksum || entry.script === undefined)
      continue;
    wanted.push({ entry, script: await loadScript(session, entry, entry.script) });
  }
  const ids = new Set(stale.map((entry) => entry.id));
  const made = (of: (entry: HistoryEntry) => boolean): Set<string> =>
    new Set(
      standing.entries
        .filter((entry) => entry.repeat !== 'once' && of(entry))
        .flatMap((entry) => (entry.detail.objects as string[] | undefined) ?? []),
    );
  const drop = [...made((entry) => ids.has(entry.id))]
    .map((key) => catalog.objects.get(key))
    .filter((object) => object !== undefined && session.dropSql(object) !== undefined) as CatalogObject[];
  return new RepeatablesBack(
    made(() => true),
    stale,
    wanted,
    drop,
  );
}

/** Drops in whatever order the server accepts: what others still need waits for the next round. */
async function dropAll(session: Session, objects: readonly CatalogObject[]): Promise<void> {
  let left = [...objects];
  while (left.length > 0) {
    const stuck: { object: CatalogObject; failure: SqlFailure }[] = [];
    for (const object of left) {
      const failure = await tryDrop(session, object);
      if (failure !== undefined) stuck.push({ object, failure });
    }
    if (stuck.length === left.length) throw blocked(stuck);
    left = stuck.map(({ object }) => object);
  }
}

async function tryDrop(session: Session, object: CatalogObject): Promise<SqlFailure | undefined> {
  // Where DDL commits, one that fails has done nothing, and leaves nothing to go back to.
  const { transactionalDdl } = session.engine.capabilities;
  if (transactionalDdl) await session.savepoint('mooring_drop');
  try {
    await session.execute({ sql: session.dropSql(object) ?? '', line: 1, column: 1, endLine: 1 });
    return undefined;
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    if (transactionalDdl) await session.rollbackTo('mooring_drop');
    return error;
  }
}

function blocked(
  stuck: readonly { readonly object: CatalogObject; readonly failure: SqlFailure }[],
): MooringError {
  const lines = stuck.map(
    ({ object, failure }) =>
      `- ${object.kind} ${object.identity}: ${failure.message}${failure.detail === undefined ? '' : `\n  ${failure.detail.replaceAll('\n', '\n  ')}`}`,
  );
  return new MooringError(
    'undo-blocked',
    `repeatable migrations made what is to be dropped first, and something else depends on it:\n${lines.join('\n')}`,
    {
      hint: 'Drop what depends on it by hand, and make it again afterwards; or put it into a repeatable migration.',
    },
  );
}
