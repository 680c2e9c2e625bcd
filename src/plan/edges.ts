import type { CatalogObject } from '../catalog/catalog.ts';
import type { PlanRules } from '../engines/engines.ts';
import type { Fates } from './fates.ts';
import type { StepList } from './steps.ts';

/** One step waits for another. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  /** `text` and `change` give way where they would close a circle, in this order. */
  readonly why: 'need' | 'change' | 'text';
  /** The objects for whose sake; those of them that are part of another's statement may be taken out of it. */
  readonly keys: readonly [string, string];
}

/** All that the order of the steps must keep. */
export function edgesOf(list: StepList, fates: Fates, rules: PlanRules): readonly Edge[] {
  const { steps, points } = list;
  const { sides } = fates;
  const edges: Edge[] = [];
  const link = (
    from: number | undefined,
    to: number | undefined,
    why: Edge['why'],
    a: string,
    b: string,
  ): void => {
    if (from === undefined || to === undefined || from === to || oneStatement(a, b)) return;
    edges.push({ from, to, why, keys: [a, b] });
  };
  /** What changes by the same object's statements stands in their order. */
  const oneStatement = (a: string, b: string): boolean =>
    a !== b && (fates.parentInstead(a) ?? a) === (fates.parentInstead(b) ?? b);
  const deferred = deferredBy(list);

  for (const [key, fate] of fates.entries) {
    const point = points.get(key);
    if (point === undefined) continue;
    const before = sides.before.objects.get(key);
    const after = sides.after.objects.get(key);

    // What needs something is dropped before it, or gives it up.
    if (before !== undefined && (fate === 'dropped' || fate === 'again')) {
      for (const need of sides.needsBefore.of(before)) {
        const other = points.get(need);
        link(point.drop?.[1], other?.drop?.[0], 'need', key, need);
        if (fates.of(need) === 'altered' && fates.alters.get(need)?.disturbs !== undefined)
          link(point.drop?.[1], other?.change, 'need', key, need);
      }
    }
    if (before !== undefined && fate === 'altered') {
      const release = point.release === undefined ? undefined : steps[point.release]?.draft;
      for (const need of sides.needsBefore.of(before)) {
        const other = points.get(need);
        const isFreed = release !== undefined && (release.frees?.includes(need) ?? true);
        link(isFreed ? point.release : point.make?.[1], other?.drop?.[0], 'need', key, need);
        if (isFreed && fates.alters.get(need)?.disturbs !== undefined)
          link(point.release, other?.change, 'need', key, need);
      }
    }
    // What it needs is there before it.
    if (after !== undefined && fate !== 'dropped') {
      const later = deferred.get(key);
      for (const need of sides.needsAfter.of(after)) {
        if (later?.has(need) === true) continue;
        const how = fates.of(need) === 'altered' ? 'change' : 'need';
        const strong = fates.alters.get(need)?.disturbs !== undefined ? 'need' : how;
        link(points.get(need)?.make?.[1], point.change, strong, need, key);
      }
      for (const need of rules.kinds[after.kind]?.mayNeed?.(after, sides.after) ?? [])
        link(points.get(need)?.make?.[1], point.change, 'text', need, key);
    }
    for (const rival of fates.rivals(key))
      link(point.drop?.[1], points.get(rival)?.change, 'need', key, rival);
    if (fate === 'again') link(point.drop?.[1], point.change, 'need', key, key);
    own(key);
  }

  names();
  return edges;

  /** An object's own statements keep their order; parts follow the object, and wait for what they name. */
  function own(key: string): void {
    const point = points.get(key);
    if (point === undefined) return;
    if (point.drop !== undefined && !list.folded.has(key))
      for (let at = point.drop[0]; at < point.drop[1]; at += 1) link(at, at + 1, 'need', key, key);
    if (point.make !== undefined && steps[point.make[0]]?.key === key)
      for (let at = point.make[0]; at < point.make[1]; at += 1) link(at, at + 1, 'need', key, key);
    let last = point.make?.[1];
    for (const part of point.parts) {
      link(last, part, 'need', key, key);
      last = part;
    }
    for (const at of [...point.parts, ...range(point.make)]) {
      const draft = steps[at]?.draft;
      if (steps[at]?.key !== key) continue;
      for (const need of draft?.needs ?? []) link(points.get(need)?.make?.[1], at, 'need', need, key);
      for (const other of draft?.before ?? []) link(at, points.get(other)?.drop?.[0], 'need', key, other);
    }
    for (const at of point.finish) {
      link(last, at, 'need', key, key);
      for (const side of [sides.needsBefore, sides.needsAfter])
        for (const dependent of side.dependents(key)) {
          const there = points.get(dependent);
          if (dependent === key) continue;
          for (const step of [
            there?.drop?.[1],
            there?.make?.[1],
            ...(there?.parts ?? []),
            ...(there?.finish ?? []),
          ])
            link(step, at, 'need', dependent, key);
        }
    }
  }

  function namesOf(object: CatalogObject | undefined): readonly string[] {
    return object === undefined ? [] : (rules.kinds[object.kind]?.names?.(object) ?? []);
  }

  /** A name is free before something else takes it. */
  function names(): void {
    const freed = new Map<string, { at: number; key: string }[]>();
    for (const [key, { drop, release, make }] of points) {
      const at = drop?.[1] ?? release ?? make?.[1];
      if (at === undefined) continue;
      const kept = drop === undefined ? new Set(namesOf(sides.after.objects.get(key))) : undefined;
      for (const name of namesOf(sides.before.objects.get(key))) {
        if (kept?.has(name) === true) continue;
        const list = freed.get(name);
        if (list === undefined) freed.set(name, [{ at, key }]);
        else list.push({ at, key });
      }
    }
    if (freed.size === 0) return;
    for (const [key, point] of points) {
      if (point.change === undefined) continue;
      for (const name of namesOf(sides.after.objects.get(key)))
        for (const { at, key: other } of freed.get(name) ?? [])
          if (other !== key) link(at, point.change, 'need', other, key);
    }
  }
}

function range(points: readonly [number, number] | undefined): readonly number[] {
  if (points === undefined) return [];
  return Array.from({ length: points[1] - points[0] + 1 }, (_, n) => points[0] + n);
}

/** What an object needs for a statement of its own only, which waits for it. */
function deferredBy(list: StepList): ReadonlyMap<string, ReadonlySet<string>> {
  const deferred = new Map<string, Set<string>>();
  for (const { draft, key } of list.steps) {
    if (draft.defers === undefined) continue;
    const set = deferred.get(key) ?? new Set();
    for (const need of draft.defers) set.add(need);
    deferred.set(key, set);
  }
  return deferred;
}
