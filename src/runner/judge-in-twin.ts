import type { Change, Held } from '../api/api.ts';
import { type Catalog, fingerprintsOf } from '../catalog/catalog.ts';
import {
  type CatalogRead,
  type NewName,
  type Session,
  SqlFailure,
  type StatementClass,
} from '../engines/engines.ts';
import { computeInTwin, repairInTwin } from './computed-in-twin.ts';
import { differencesFrom, snapshotBefore } from './exactness.ts';
import { isMoot } from './half-applied.ts';
import { lastEvents } from './journal-rows.ts';
import { type Judgement, lossHolds } from './judge.ts';
import { type Candidate, candidates, type Loss, lossesAmong, withoutTwice } from './losses.ts';
import { renamesBack } from './rename-back.ts';
import { isAllowed } from './request.ts';
import { StatementFailed, timeouts } from './statements.ts';
import { inTwin } from './twin.ts';
import { hold, type Link } from './undo-chain.ts';
import type { UndoContext } from './undo-context.ts';
import { computedWay, inexactHold, keysBack, mended, noSnapshot } from './way-end.ts';

/**
 * Runs the chain in a scratch database that stands as this one does, without rows, where DDL is not taken back by a
 * transaction: whether each step leads back to its snapshot, and what of the live database would be lost by it. In place of
 * an undo that was never stored, or that fails where a person wants it so, one is computed there. Where none of that
 * can be done the chain is unproven, and what it loses unknown. Throws `StatementFailed`; nothing has happened then.
 */
export async function judgeInTwin(ctx: UndoContext): Promise<Judgement> {
  const computed = new Set(ctx.links.filter((link) => link.computed));
  for (;;) {
    const { catalog } = ctx.recorder;
    const judged = await inTwin(ctx.session, catalog, (twin, start) => tried(ctx, twin, start, computed));
    if ('unproven' in judged) return unproven(ctx, judged.unproven);
    if (!('fails' in judged)) return judged;
    // Statements before the one that failed stand in that scratch database.
    computed.add(judged.fails);
  }
}

const NOTHING_MADE = { repair: [], computed: new Map<string, readonly string[]>() };

async function tried(
  ctx: UndoContext,
  twin: Session,
  start: CatalogRead,
  instead: ReadonlySet<Link>,
): Promise<Judgement | { readonly fails: Link }> {
  const { request, session, links, recorder, back } = ctx;
  const differences = new Map<string, readonly Change[]>();
  const computed = new Map<string, readonly string[]>();
  const asked: Candidate[] = [];
  const certain: Loss[] = [];
  const renames: NewName[] = [];
  await back.oneByOne(request, twin, 'drop');
  for (const link of links) {
    if (instead.has(link)) {
      const way = await computedLink(ctx, twin, link, start);
      if ('reason' in way) return { ...NOTHING_MADE, differences, losses: [], inexact: [], stopped: way };
      computed.set(link.entry.id, way.statements);
      asked.push(...way.asked);
      renames.push(...way.renames);
      continue;
    }
    try {
      renames.push(...(await runLink(ctx, twin, link)));
    } catch (error) {
      if (error instanceof StatementFailed && isAllowed(request, 'undo-failed')) return { fails: link };
      throw error;
    }
    await collectByText(session, link, start.catalog, asked, certain);
    const found = await leftBy(ctx, twin, link, start);
    if (found !== undefined && found.length > 0) differences.set(link.entry.id, found);
  }
  await back.oneByOne(request, twin, 'restore');
  const end = await twin.readCatalog(request.definition.spec.scope);
  const losesNothing = links.every((link) => link.script.directives.losesNothing);
  if (!losesNothing) asked.push(...candidates(session, recorder.lastRead, end, renames));
  const losses = [...certain, ...(await lossesAmong(session, withoutTwice(asked)))];
  const { inexact, repair } = await endIn(ctx, twin, start, end);
  return {
    differences: mended(ctx, differences, repair),
    losses: lossHolds(links, losses),
    inexact,
    repair,
    computed,
  };
}

async function computedLink(ctx: UndoContext, twin: Session, link: Link, start: CatalogRead) {
  const { catalog } = await twin.readCatalog(ctx.request.definition.spec.scope);
  const touched = differing(start.catalog, catalog);
  const { statements: first, renames } = await renamesBack(ctx.session, link.entry, catalog);
  const way = await computedWay(ctx, link, touched, (expected, keys, options) =>
    computeInTwin(ctx.session, twin, expected, catalog, keys, { ...options, first }),
  );
  return 'reason' in way ? way : { ...way, renames };
}

/** Gives what has another name by it. */
async function runLink(ctx: UndoContext, twin: Session, link: Link): Promise<readonly NewName[]> {
  const { request, session } = ctx;
  const half = link.closes === undefined ? undefined : ctx.half?.found;
  await twin.reset(timeouts(request, link.script));
  const last = lastEvents(link.journal);
  const renames: NewName[] = [];
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
      renames.push(...(kind.renames ?? []));
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
  return renames;
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

/** The end of the way is compared with the snapshot before the oldest migration, and mended where nothing is lost by it. */
async function endIn(
  ctx: UndoContext,
  twin: Session,
  start: CatalogRead,
  end: CatalogRead,
): Promise<{ readonly inexact: readonly Held[]; readonly repair: readonly string[] }> {
  const { session, rows, standing, links, recorder } = ctx;
  const oldest = links.at(-1);
  if (oldest === undefined) return { inexact: [], repair: [] };
  const expected = await snapshotBefore(session, rows, standing.entries, oldest.entry);
  if (expected === undefined) return { inexact: [noSnapshot(oldest)], repair: [] };
  const touched = differing(start.catalog, end.catalog);
  const keys = await keysBack(ctx, oldest.entry, expected, touched);
  const differences = await differencesFrom(session, expected, end.catalog, keys);
  if (differences.length === 0) return { inexact: [], repair: [] };
  const mending = await repairInTwin(session, twin, expected, recorder.catalog, end, keys);
  if ('statements' in mending) return { inexact: [], repair: mending.statements };
  return {
    inexact: [inexactHold(oldest, differences, `\nIt was not mended: ${mending.why}`)],
    repair: [],
  };
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
