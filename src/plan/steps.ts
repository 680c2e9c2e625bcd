import type { CatalogObject } from '../catalog/catalog.ts';
import type { Draft, KindRules, PlanRules, RuleContext } from '../engines/engines.ts';
import type { Fates } from './fates.ts';

/** A statement with what decides its place. */
export interface Step {
  readonly draft: Draft;
  /** The object that it is about. */
  readonly key: string;
  readonly act: 'drop' | 'make' | 'alter';
  /** What comes first where nothing else decides. */
  readonly rank: readonly [phase: number, weight: number, key: string, place: number];
}

/** Where in the list of steps an object comes to its end and where it is made or changed. */
export interface Points {
  /** First and last step that drops it, its parent's where it goes with that. */
  readonly drop?: readonly [number, number];
  /** First and last step after which it is there as wanted. */
  readonly make?: readonly [number, number];
  /** Last step that gives up what only the old object needs. */
  readonly release?: number;
  /** First step that waits for what the new object needs. */
  readonly change?: number;
  readonly parts: readonly number[];
  readonly finish: readonly number[];
}

export interface StepList {
  readonly steps: readonly Step[];
  readonly points: ReadonlyMap<string, Points>;
  /** Objects whose drop or creation is part of another's. */
  readonly folded: ReadonlySet<string>;
}

const PHASE = { frame: 0, drop: 1, make: 2, frameEnd: 3 } as const;

/** The statements of all objects that something happens to, each object's own in their order. */
export function stepsOf(fates: Fates, rules: PlanRules): StepList {
  const steps: Step[] = [];
  const points = new Map<string, Points>();
  const folded = new Set<string>();
  const { context, sides } = fates;

  const add = (key: string, act: Step['act'], drafts: readonly Draft[], phase: number, weight: number) => {
    const first = steps.length;
    drafts.forEach((draft, place) => {
      if (draft.gives !== undefined) note(draft.gives, { make: [first + place, first + place] });
      steps.push({ draft, key, act, rank: [phase, weight, key, first + place] });
    });
    return first;
  };

  const note = (key: string, more: Partial<Points>): void => {
    points.set(key, { ...(points.get(key) ?? { parts: [], finish: [] }), ...more });
  };

  const dropped = (key: string, visited: Set<string>): readonly [number, number] | undefined => {
    const known = points.get(key)?.drop;
    if (known !== undefined) return known;
    const fate = fates.of(key);
    const object = sides.before.objects.get(key);
    if (object === undefined || (fate !== 'dropped' && fate !== 'again') || visited.has(key))
      return undefined;
    visited.add(key);
    const kind = rules.kinds[object.kind];
    if (kind === undefined) return undefined;
    if (fates.parentInstead(key) !== undefined) return undefined;
    if (!context.apart(key)) {
      for (const owner of goesWith(object, kind, context)) {
        const point = dropped(owner, visited);
        if (point === undefined) continue;
        folded.add(key);
        note(key, { drop: point });
        return point;
      }
    }
    const drafts = kind.drop(object, context);
    if (drafts.length === 0) return undefined;
    const first = add(key, 'drop', drafts, kind.frame ? PHASE.frameEnd : PHASE.drop, -kind.weight);
    const point = [first, steps.length - 1] as const;
    note(key, { drop: point });
    return point;
  };

  const made = (key: string): void => {
    const object = sides.after.objects.get(key);
    const kind = object === undefined ? undefined : rules.kinds[object.kind];
    if (object === undefined || kind === undefined || points.get(key)?.make !== undefined) return;
    if (fates.parentInstead(key) !== undefined) return;
    const { main, parts } = kind.create(object, context);
    const phase = kind.frame ? PHASE.frame : PHASE.make;
    if (kind.madeByParent?.(object, context) === true && object.parent !== undefined) {
      made(object.parent);
      const point = points.get(object.parent)?.make;
      folded.add(key);
      if (point !== undefined) note(key, { make: point, change: point[0] });
    } else if (main !== undefined) {
      const drafts = isList(main) ? main : [main];
      const first = add(key, 'make', drafts, phase, kind.weight);
      note(key, { make: [first, first + drafts.length - 1], change: first });
    }
    const first = add(key, 'make', parts, phase, kind.weight);
    note(key, { parts: parts.map((_, at) => first + at) });
  };

  const altered = (key: string): void => {
    const object = sides.after.objects.get(key);
    const kind = object === undefined ? undefined : rules.kinds[object.kind];
    if (fates.parentInstead(key) !== undefined) return;
    const drafts = fates.alterOf(key)?.statements ?? [];
    if (kind === undefined || drafts.length === 0) return;
    const first = add(key, 'alter', drafts, kind.frame ? PHASE.frame : PHASE.make, kind.weight);
    const at = (stage: Draft['stage']) =>
      drafts.flatMap((draft, n) => (draft.stage === stage ? [first + n] : []));
    const [main, release] = [at(undefined), at('release')];
    const body = [...release, ...main];
    const [start, end] = [body[0], body.at(-1)];
    note(key, {
      ...(start === undefined || end === undefined ? {} : { make: [start, end] as const }),
      ...(release.length === 0 ? {} : { release: release.at(-1) as number }),
      ...(main[0] === undefined ? {} : { change: main[0] }),
      parts: at('part'),
      finish: at('finish'),
    });
  };

  const keys = [...fates.entries.keys()].sort();
  for (const key of keys) dropped(key, new Set());
  for (const key of keys) if (['created', 'again'].includes(fates.of(key))) made(key);
  for (const key of keys) if (fates.of(key) === 'altered') altered(key);
  for (const key of keys) {
    const parent = fates.parentInstead(key);
    const point = parent === undefined ? undefined : points.get(parent);
    if (point?.make === undefined) continue;
    folded.add(key);
    // What is made again goes and comes within these statements.
    const [first, last] = point.make;
    note(key, {
      ...(fates.of(key) === 'dropped' ? { drop: point.make } : {}),
      ...(fates.of(key) === 'again' ? { drop: [first, first] as const } : {}),
      ...(fates.of(key) === 'dropped' ? {} : { make: [first, last] as const, change: point.change ?? first }),
    });
  }
  return { steps, points, folded };
}

function goesWith(object: CatalogObject, kind: KindRules, context: RuleContext): readonly string[] {
  const more = kind.goesWith?.(object, context) ?? [];
  return object.parent === undefined ? more : [object.parent, ...more];
}

function isList(main: Draft | readonly Draft[]): main is readonly Draft[] {
  return Array.isArray(main);
}
