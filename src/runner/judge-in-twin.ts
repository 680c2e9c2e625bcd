import type { Change, Held } from '../api/api.ts';
import { type Catalog, fingerprintsOf } from '../catalog/catalog.ts';
import { type CatalogRead, type Session, SqlFailure, type StatementClass } from '../engines/engines.ts';
import { differencesFrom, snapshotBefore } from './exactness.ts';
import { isMoot } from './half-applied.ts';
import { lastEvents } from './journal-rows.ts';
import { type Judgement, lossHolds } from './judge.ts';
import { type Candidate, candidates, type Loss, lossesAmong, withoutTwice } from './losses.ts';
import { StatementFailed, timeouts } from './statements.ts';
import { inTwin } from './twin.ts';
import { hold, type Link } from './undo-chain.ts';
import type { UndoContext } from './undo-context.ts';
import { inexactHold, keysBack, noSnapshot } from './way-end.ts';

/**
 * Runs the chain in a scratch database that stands as this one does, without rows, where DDL is not taken back by a
 * transaction: whether each step leads back to its snapshot, and what of the live database would be lost by it. Where that
 * cannot be done the chain is unproven, and what it loses unknown. Throws `StatementFailed`; nothing has happened then.
 */
export async function judgeInTwin(ctx: UndoContext): Promise<Judgement> {
  const judged = await inTwin(ctx.session, ctx.recorder.catalog, (twin, start) => tried(ctx, twin, start));
  return 'unproven' in judged ? unproven(ctx, judged.unproven) : judged;
}

/** Nothing is computed or mended here. */
const NOTHING_MADE = { repair: [], computed: new Map<string, readonly string[]>() };

async function tried(ctx: UndoContext, twin: Session, start: CatalogRead): Promise<Judgement> {
  const { request, session, links, recorder, back } = ctx;
  const differences = new Map<string, readonly Change[]>();
  const asked: Candidate[] = [];
  const certain: Loss[] = [];
  await back.oneByOne(request, twin, 'drop');
  for (const link of links) {
    await runLink(ctx, twin, link);
    await collectByText(session, link, start.catalog, asked, certain);
    const found = await leftBy(ctx, twin, link, start);
    if (found !== undefined && found.length > 0) differences.set(link.entry.id, found);
  }
  await back.oneByOne(request, twin, 'restore');
  const end = await twin.readCatalog(request.definition.spec.scope);
  const losesNothing = links.every((link) => link.script.directives.losesNothing);
  if (!losesNothing) asked.push(...candidates(session, recorder.lastRead, end));
  const losses = [...certain, ...(await lossesAmong(session, withoutTwice(asked)))];
  const oldest = links.at(-1);
  return {
    ...NOTHING_MADE,
    differences,
    losses: lossHolds(links, losses),
    inexact: oldest === undefined ? [] : await inexact(ctx, oldest, start, end),
  };
}

async function runLink(ctx: UndoContext, twin: Session, link: Link): Promise<void> {
  const { request, session } = ctx;
  const half = link.closes === undefined ? undefined : ctx.half?.found;
  await twin.reset(timeouts(request, link.script));
  const last = lastEvents(link.journal);
  let number = 0;
  for (const step of link.script.steps) {
    if (step.type !== 'sql') continue;
    number += 1;
    const word = last.get(number)?.event;
    const kind = await session.engine.classify(step.statement);
    // What ran before it was cut short shows in the copy; what it told its session does not.
    if ((word === 'done' || word === 'ran') && kind.effect !== 'session') continue;
    try {
      await twin.execute(step.statement);
      if (half !== undefined && kind.effect === 'dml')
        half.writes.add(`${link.script.file}:${step.statement.line}`);
    } catch (error) {
      // What never happened need not be taken back.
      if (half !== undefined && error instanceof SqlFailure && isMoot(error) && isWhole(kind)) {
        half.skipped.add(number);
        continue;
      }
      // It may have run, and then there is nothing left for it to do.
      if (error instanceof SqlFailure && word === 'started') continue;
      throw error instanceof SqlFailure ? new StatementFailed(error, step) : error;
    }
  }
}

/** What no catalog tells: rows that go by TRUNCATE, DELETE, UPDATE, or with a table that is dropped and made anew. */
async function collectByText(
  session: Session,
  link: Link,
  before: Catalog,
  asked: Candidate[],
  certain: Loss[],
): Promise<void> {
  if (link.script.directives.losesNothing) return;
  const done = lastEvents(link.journal);
  for (const [n, step] of link.script.steps.entries()) {
    if (step.type !== 'sql' || ['done', 'ran'].includes(done.get(n + 1)?.event ?? '')) continue;
    const kind = await session.engine.classify(step.statement);
    const place = `${link.script.file}:${step.statement.line}`;
    for (const table of kind.truncates ?? [])
      if (before.objects.has(`table ${table}`))
        asked.push({ what: `table ${table}`, question: { type: 'table', table } });
    if (kind.overwrites === 'unknown')
      certain.push({ what: `${place} may delete or overwrite rows`, estimate: 'unknown' });
    else
      for (const table of kind.overwrites ?? [])
        if (before.objects.has(`table ${table}`))
          asked.push({
            what: `${place} deletes or overwrites rows: table ${table}`,
            question: { type: 'table', table },
          });
  }
}

/** How the copy differs, after a link, from what was there before its migration. */
async function leftBy(ctx: UndoContext, twin: Session, link: Link, start: CatalogRead) {
  const { request, session, rows, standing, back } = ctx;
  const expected = await snapshotBefore(session, rows, standing.entries, link.entry);
  if (expected === undefined) return undefined;
  const { catalog } = await twin.readCatalog(request.definition.spec.scope);
  const touched = differing(start.catalog, catalog);
  const keys = await keysBack(ctx, link.entry, expected, touched);
  for (const key of back.objects) keys.delete(key);
  return differencesFrom(session, expected, catalog, keys);
}

async function inexact(
  ctx: UndoContext,
  oldest: Link,
  start: CatalogRead,
  end: CatalogRead,
): Promise<readonly Held[]> {
  const { session, rows, standing } = ctx;
  const expected = await snapshotBefore(session, rows, standing.entries, oldest.entry);
  if (expected === undefined) return [noSnapshot(oldest)];
  const touched = differing(start.catalog, end.catalog);
  const keys = await keysBack(ctx, oldest.entry, expected, touched);
  const differences = await differencesFrom(session, expected, end.catalog, keys);
  return differences.length === 0 ? [] : [inexactHold(oldest, differences)];
}

function differing(from: Catalog, to: Catalog): readonly string[] {
  const [was, is] = [fingerprintsOf(from), fingerprintsOf(to)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key));
}

function unproven({ links }: UndoContext, why: string): Judgement {
  const [newest] = links;
  const oldest = links.at(-1);
  if (newest === undefined || oldest === undefined)
    return { ...NOTHING_MADE, differences: new Map(), losses: [], inexact: [] };
  const losesNothing = links.every((link) => link.script.directives.losesNothing);
  return {
    ...NOTHING_MADE,
    differences: new Map(),
    losses: losesNothing
      ? []
      : lossHolds(links, [{ what: 'what the way back loses is not measured', estimate: 'unknown' }]),
    inexact: [
      hold(
        oldest.entry,
        'undo-unproven',
        `whether the way back leads to where it should is not known: ${why}`,
        {
          allow: '--allow undo-unproven',
        },
      ),
    ],
  };
}

/** Of several objects that one statement drops, those that are there may be gone when it fails for the others (MariaDB). */
function isWhole({ settlement }: StatementClass): boolean {
  return settlement?.rule !== 'definition' || settlement.objects.length === 1;
}
