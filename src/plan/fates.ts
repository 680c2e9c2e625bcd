import { type CatalogObject, type CommonGround, differencesBetween } from '../catalog/catalog.ts';
import type { Alter, Disturbance, Fate, PlanRules, RuleContext, World } from '../engines/engines.ts';
import { Needs } from './needs.ts';

export interface Sides {
  readonly before: World;
  readonly after: World;
  readonly needsBefore: Needs;
  readonly needsAfter: Needs;
}

export interface FateOptions {
  readonly online: boolean;
  readonly apart: (key: string) => boolean;
  /** Objects whose parts may be made anew so that they stand in the order that is wanted. */
  readonly reorder: ReadonlySet<string>;
}

/** What is to happen to each object: what differs, and what stands in the way of that. */
export class Fates {
  readonly sides: Sides;
  readonly alters = new Map<string, Alter>();
  readonly disturbances = new Map<string, Disturbance[]>();
  readonly #rules: PlanRules;
  readonly #fates = new Map<string, Fate>();
  readonly #changed = new Map<string, ReadonlySet<string>>();
  readonly #disturbing = new Map<string, Disturbance['how']>();
  readonly #queue: string[] = [];
  /** Those by whose change parts of theirs are made, changed or dropped. */
  readonly #wholes = new Set<string>();
  readonly #context: RuleContext;
  readonly #moved = new Set<string>();

  constructor(ground: CommonGround, before: World, after: World, rules: PlanRules, options: FateOptions) {
    this.#rules = rules;
    this.sides = {
      before,
      after,
      needsBefore: new Needs(before, rules),
      needsAfter: new Needs(after, rules),
    };
    const { reorder, ...rest } = options;
    this.#context = {
      before,
      after,
      ...rest,
      fate: (key) => this.of(key),
      moves: (key) => this.#moved.has(key),
    };
    this.#decide(ground);
    this.#reorder(reorder);
  }

  get context(): RuleContext {
    return this.#context;
  }

  of(key: string): Fate {
    const fate = this.#fates.get(key);
    if (fate !== undefined) return fate;
    return this.sides.before.objects.has(key) ? 'kept' : 'absent';
  }

  /** All that something happens to. */
  get entries(): ReadonlyMap<string, Fate> {
    return this.#fates;
  }

  /** What is made and would be taken for this one, which is dropped, where it is named. */
  rivals(key: string): readonly string[] {
    const object = this.sides.before.objects.get(key);
    if (object === undefined || this.of(key) !== 'dropped') return [];
    const rivals = this.#rules.kinds[object.kind]?.rivals?.(object, this.sides.after) ?? [];
    return rivals.filter((rival) => this.of(rival) === 'created');
  }

  changed(key: string): ReadonlySet<string> {
    return this.#changed.get(key) ?? NONE;
  }

  #decide(ground: CommonGround): void {
    const candidates: string[] = [];
    for (const { key, before, after, changed } of differencesBetween(ground)) {
      if (before === undefined) this.#fates.set(key, 'created');
      else if (after === undefined) {
        this.#fates.set(key, 'dropped');
        this.#disturb(key, 'again');
      } else {
        this.#changed.set(key, changed);
        this.#fates.set(key, 'altered');
        candidates.push(key);
      }
    }
    for (const key of candidates) if (this.of(key) === 'altered') this.#judge(key);
    for (let key = this.#queue.shift(); key !== undefined; key = this.#queue.shift()) this.#spread(key);
    for (const key of [...this.#fates.keys()]) {
      const parent = this.parentInstead(key);
      if (parent === undefined) continue;
      this.#wholes.add(parent);
      if (this.of(parent) === 'kept') this.#fates.set(parent, 'altered');
    }
  }

  /** The parent by whose change this object is made, changed or dropped, if it is. */
  parentInstead(key: string): string | undefined {
    const object = this.sides.after.objects.get(key) ?? this.sides.before.objects.get(key);
    const parent = object?.parent;
    if (object === undefined || parent === undefined) return undefined;
    const fate = this.of(parent);
    if (fate !== 'kept' && fate !== 'altered') return undefined;
    return this.#rules.kinds[object.kind]?.changedByParent?.(object, this.#context) === true
      ? parent
      : undefined;
  }

  /** What is done about an object's differences, and those of its parts, as all fates stand now. */
  alterOf(key: string): Alter | undefined {
    if (!this.#wholes.has(key)) return this.alters.get(key);
    const [before, after] = [this.sides.before.objects.get(key), this.sides.after.objects.get(key)];
    if (before === undefined || after === undefined) return undefined;
    const disturbed = this.disturbances.get(key) ?? [];
    const alteration = { before, after, changed: this.changed(key), disturbed };
    return this.#rules.kinds[after.kind]?.alter(alteration, this.#context);
  }

  /** Parts are made anew, keeping what they hold, where that may be done for their order. */
  #reorder(keys: ReadonlySet<string>): void {
    for (const key of [...keys].sort()) {
      for (const kind of Object.values(this.#rules.kinds))
        for (const part of kind.moves?.(key, this.#context) ?? []) {
          this.#moved.add(part);
          this.#makeAgain(part);
        }
    }
    for (let key = this.#queue.shift(); key !== undefined; key = this.#queue.shift()) this.#spread(key);
  }

  /** What an object does about its differences and disturbances. */
  #judge(key: string): void {
    const before = this.sides.before.objects.get(key);
    const after = this.sides.after.objects.get(key);
    if (before === undefined || after === undefined) return;
    const alter = this.#rules.kinds[after.kind]?.alter(
      { before, after, changed: this.changed(key), disturbed: this.disturbances.get(key) ?? [] },
      this.#context,
    );
    if (alter === undefined) {
      this.#makeAgain(key);
      return;
    }
    this.alters.set(key, alter);
    if (alter.statements.length > 0 || this.changed(key).size > 0) this.#fates.set(key, 'altered');
    if (alter.disturbs !== undefined) this.#disturb(key, alter.disturbs);
  }

  #makeAgain(key: string): void {
    this.#fates.set(key, 'again');
    this.alters.delete(key);
    this.#disturb(key, 'again');
    for (const child of this.sides.before.children(key)) {
      const childKey = `${child.kind} ${child.identity}`;
      if (this.of(childKey) === 'kept' || this.of(childKey) === 'altered') this.#makeAgain(childKey);
    }
  }

  #disturb(key: string, how: Disturbance['how']): void {
    const known = this.#disturbing.get(key);
    if (known === how || known === 'again') return;
    this.#disturbing.set(key, how);
    this.#queue.push(key);
  }

  #spread(key: string): void {
    const how = this.#disturbing.get(key) ?? 'again';
    const rivals = this.rivals(key);
    for (const dependent of this.sides.needsBefore.dependents(key)) {
      const fate = this.of(dependent);
      if (fate !== 'kept' && fate !== 'altered') continue;
      const object = this.sides.after.objects.get(dependent);
      if (object === undefined || (fate === 'altered' && !this.#stillNeeds(object, [key, ...rivals])))
        continue;
      const list = this.disturbances.get(dependent) ?? [];
      const others = list.filter((disturbance) => disturbance.key !== key);
      this.disturbances.set(dependent, [...others, { key, how }]);
      this.#judge(dependent);
    }
  }

  #stillNeeds(object: CatalogObject, keys: readonly string[]): boolean {
    const needs = this.sides.needsAfter.of(object);
    return keys.some((key) => needs.includes(key));
  }
}

const NONE: ReadonlySet<string> = new Set();
