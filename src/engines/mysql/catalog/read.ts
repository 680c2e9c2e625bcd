import { setTimeout as sleep } from 'node:timers/promises';
import { MooringError } from '../../../api/api.ts';
import { type Catalog, type CatalogScope, MODEL_VERSION } from '../../../catalog/catalog.ts';
import type { ServerInfo } from '../../engine.ts';
import type { Flavor } from '../flavor.ts';
import { takeDatabase } from './database.ts';
import { takeDependencies } from './dependencies.ts';
import { takeEvent } from './events.ts';
import { takeGrants } from './grants.ts';
import { isPassing, type QueryAll, type Raw, readRaw } from './raw.ts';
import { Reading, type TableProof } from './reading.ts';
import { takeRoutine } from './routines.ts';
import { takeSequence } from './sequences.ts';
import { stampOf } from './stamp.ts';
import { takeTable } from './tables.ts';
import { takeTrigger } from './triggers.ts';
import { takeView } from './views.ts';

const ATTEMPTS = 5;

/**
 * All objects of the database as of one time; what `proof` finds amiss with a table is kept with it. These servers have no snapshot of their dictionary and no stamp that
 * every DDL moves, so everything is read twice: what reads the same twice was so at the moment between. Takes metadata
 * locks for the length of a statement, for which it waits 1 s at most. Throws `busy` when it was disturbed each time.
 */
export async function readCatalog(
  query: QueryAll,
  scope: CatalogScope,
  server: ServerInfo,
  flavor: Flavor,
  proof: TableProof,
): Promise<Catalog> {
  let before: string | undefined;
  let disturbance = 'other sessions changed the schema while it was read';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const raw = await readRaw(query, server.database, flavor, scope.include);
      const stamp = stampOf(raw);
      if (stamp === before) return catalogOf(raw, scope, server, flavor, proof);
      before = stamp;
    } catch (error) {
      if (!isPassing(error)) throw error;
      disturbance = error instanceof Error ? error.message : String(error);
      before = undefined;
    }
    if (attempt > 1) await sleep(100 * (attempt - 1));
  }
  throw new MooringError(
    'busy',
    `The catalog could not be read as of one time in ${ATTEMPTS} attempts: ${disturbance}.`,
    { hint: 'Run it again when no other session changes the schema.' },
  );
}

function catalogOf(
  raw: Raw,
  scope: CatalogScope,
  server: ServerInfo,
  flavor: Flavor,
  proof: TableProof,
): Catalog {
  const reading = new Reading(flavor, scope, proof);
  for (const { charset, name } of raw.collations) reading.defaultCollations.set(charset ?? '', name ?? '');
  takeDatabase(raw.database, reading);
  for (const { row, create } of raw.tables) {
    if (row.type === 'VIEW') takeView(row.name ?? '', create, reading);
    else if (row.type === 'SEQUENCE') takeSequence(row.name ?? '', create, reading);
    else takeTable(row.name ?? '', create, reading);
  }
  for (const { row, create } of raw.triggers) takeTrigger(row, create, reading);
  for (const { row, create } of raw.routines) takeRoutine(row, create, reading);
  for (const { row, create } of raw.events) takeEvent(row, create, reading);
  takeGrants(raw.grants, reading);
  takeDependencies(reading);
  return {
    model: MODEL_VERSION,
    engine: flavor.name,
    server: { version: server.version, major: server.major },
    scope,
    objects: reading.drafts,
    unmodelled: raw.unmodelled
      .map(({ kind, n }) => ({ kind: kind ?? '', count: Number(n) }))
      .filter(({ count }) => count > 0),
  };
}
