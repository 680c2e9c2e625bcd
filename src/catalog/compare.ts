import { type Change, canonicalJson } from '../api/api.ts';
import { knownFingerprint } from './fingerprint.ts';
import { type Catalog, type CatalogObject, type Json, SPELLING_PROPERTIES, UNREADABLE } from './model.ts';
import { type CommonGround, commonGround } from './scope.ts';

/**
 * What leads from one catalog to the other, sorted by object. Only what both sides cover is compared. What belongs to
 * an added or removed object is not told apart from it. Columns that only moved up because others went are unchanged.
 */
export function compareCatalogs(before: Catalog, after: Catalog): readonly Change[] {
  const ground = commonGround(before, after);
  const changes: Change[] = [];
  const moved = new RankTest(ground);
  for (const [key, old] of ground.before) {
    const now = ground.after.get(key);
    if (now === undefined) {
      if (!folds(old, ground.before, ground.after)) changes.push(entry(key, old.kind, 'removed'));
    } else if (old !== now && !isSame(old, now)) {
      const details = detailsOf(old, now, ground, moved);
      if (details.length > 0) changes.push(entry(key, now.kind, 'changed', details));
    }
  }
  for (const [key, now] of ground.after) {
    if (ground.before.has(key) || folds(now, ground.after, ground.before)) continue;
    changes.push(entry(key, now.kind, 'added'));
  }
  return changes.sort((a, b) => (a.object < b.object ? -1 : a.object > b.object ? 1 : 0));
}

/** By fingerprint where both are known; else value by value, which costs less than making them. */
function isSame(a: CatalogObject, b: CatalogObject): boolean {
  const [one, other] = [knownFingerprint(a), knownFingerprint(b)];
  if (one !== undefined && other !== undefined) return one === other;
  return a.kind === b.kind && a.identity === b.identity && sameJson(a.properties, b.properties);
}

function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [a as Readonly<Record<string, Json>>, b as Readonly<Record<string, Json>>];
  let count = 0;
  for (const name in one) {
    count += 1;
    if (!sameJson(one[name], other[name])) return false;
  }
  for (const _ in other) count -= 1;
  return count === 0;
}

function entry(
  object: string,
  kind: string,
  change: Change['change'],
  details: readonly string[] = [],
): Change {
  return { object, kind, change, details };
}

/** Its parent is on this side and not on the other, so the parent's entry speaks for it. */
function folds(
  object: CatalogObject,
  here: ReadonlyMap<string, CatalogObject>,
  there: ReadonlyMap<string, CatalogObject>,
): boolean {
  const { parent } = object;
  return parent !== undefined && here.has(parent) && !there.has(parent);
}

function detailsOf(
  old: CatalogObject,
  now: CatalogObject,
  ground: CommonGround,
  moved: RankTest,
): readonly string[] {
  const names = changedNames(old, now, ground, moved).filter((name) => !SPELLING_PROPERTIES.has(name));
  return names.map((name) => {
    const [was, is] = [ground.seen(name, old.properties[name]), ground.seen(name, now.properties[name])];
    return `${name}: ${shown(was)} → ${shown(is)}`;
  });
}

function changedNames(
  old: CatalogObject,
  now: CatalogObject,
  ground: CommonGround,
  moved: RankTest,
): readonly string[] {
  const names = [...new Set([...Object.keys(old.properties), ...Object.keys(now.properties)])].sort();
  return names.filter((name) => {
    if (!ground.counts(now.kind, name)) return false;
    if (name === 'rank' && !moved.hasMoved(now)) return false;
    const [was, is] = [ground.seen(name, old.properties[name]), ground.seen(name, now.properties[name])];
    if (was === is || was === UNREADABLE || is === UNREADABLE) return false;
    return was === undefined || is === undefined || canonicalJson(was) !== canonicalJson(is);
  });
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'none';
  return typeof value === 'string' ? value : canonicalJson(value);
}

/** Order counts as rank among the siblings that both sides have: who goes or comes moves nobody else. */
class RankTest {
  readonly #ground: CommonGround;
  #families: Map<string, string[]> | undefined;
  readonly #moved = new Map<string, ReadonlySet<string>>();

  constructor(ground: CommonGround) {
    this.#ground = ground;
  }

  hasMoved(object: CatalogObject): boolean {
    const name = familyOf(object);
    let moved = this.#moved.get(name);
    if (moved === undefined) {
      this.#families ??= familiesOf(this.#ground);
      moved = movedAmong(this.#families.get(name) ?? [], this.#ground);
      this.#moved.set(name, moved);
    }
    return moved.has(`${object.kind} ${object.identity}`);
  }
}

/** Columns and triggers of one table have orders of their own. */
function familyOf({ kind, parent }: CatalogObject): string {
  return `${kind} of ${parent}`;
}

/** Keys that have a rank, by their family. */
function familiesOf(ground: CommonGround): Map<string, string[]> {
  const families = new Map<string, string[]>();
  for (const [key, object] of ground.before) {
    if (object.parent === undefined || typeof object.properties.rank !== 'number') continue;
    const name = familyOf(object);
    const family = families.get(name);
    if (family === undefined) families.set(name, [key]);
    else family.push(key);
  }
  return families;
}

function movedAmong(keys: readonly string[], ground: CommonGround): ReadonlySet<string> {
  const family = keys.flatMap((key) => {
    const [was, is] = [ground.before.get(key)?.properties.rank, ground.after.get(key)?.properties.rank];
    return typeof was === 'number' && typeof is === 'number' ? [{ key, was, is }] : [];
  });
  const order = [...family].sort((a, b) => a.was - b.was);
  const reached = [...family].sort((a, b) => a.is - b.is);
  return new Set(order.filter((member, at) => reached[at]?.key !== member.key).map(({ key }) => key));
}

/** What a plan has to do with an object: `changed` names the properties that differ. */
export interface Difference {
  readonly key: string;
  readonly before?: CatalogObject;
  readonly after?: CatalogObject;
  readonly changed: ReadonlySet<string>;
}

/** As `compareCatalogs`, object by object: parts of what was added or removed are told, too, and columns that moved. */
export function differencesBetween(ground: CommonGround): readonly Difference[] {
  const none: ReadonlySet<string> = new Set();
  const differences: Difference[] = [];
  const moved = new RankTest(ground);
  for (const [key, before] of ground.before) {
    const after = ground.after.get(key);
    if (after === undefined) differences.push({ key, before, changed: none });
    else if (before !== after && !isSame(before, after)) {
      const changed = new Set(changedNames(before, after, ground, moved));
      if (changed.size > 0) differences.push({ key, before, after, changed });
    }
  }
  for (const [key, after] of ground.after) {
    if (!ground.before.has(key)) differences.push({ key, after, changed: none });
  }
  return differences.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
