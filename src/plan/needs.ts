import { type CatalogObject, keyOf } from '../catalog/catalog.ts';
import type { PlanRules, World } from '../engines/engines.ts';

/** What each object of one side needs, and what needs it. */
export class Needs {
  readonly #world: World;
  readonly #rules: PlanRules;
  readonly #needs = new Map<string, readonly string[]>();
  #dependents: Map<string, string[]> | undefined;

  constructor(world: World, rules: PlanRules) {
    this.#world = world;
    this.#rules = rules;
  }

  /** Keys of this side that must be there for it. */
  of(object: CatalogObject): readonly string[] {
    const key = keyOf(object);
    let needs = this.#needs.get(key);
    if (needs === undefined) {
      needs = this.#find(object, key);
      this.#needs.set(key, needs);
    }
    return needs;
  }

  /** Keys of what needs it. */
  dependents(key: string): readonly string[] {
    this.#dependents ??= this.#reverse();
    return this.#dependents.get(key) ?? [];
  }

  #find(object: CatalogObject, key: string): readonly string[] {
    const needs = new Set(object.dependsOn);
    if (object.parent === undefined) {
      const schema = SCHEMA.exec(object.identity)?.[1];
      if (schema !== undefined) needs.add(`schema ${schema}`);
    } else needs.add(object.parent);
    for (const more of this.#rules.kinds[object.kind]?.needs?.(object, this.#world) ?? []) needs.add(more);
    needs.delete(key);
    return [...needs].filter((need) => this.#world.objects.has(need));
  }

  #reverse(): Map<string, string[]> {
    const reverse = new Map<string, string[]>();
    for (const [key, object] of this.#world.objects) {
      for (const need of this.of(object)) {
        const list = reverse.get(need);
        if (list === undefined) reverse.set(need, [key]);
        else list.push(key);
      }
    }
    return reverse;
  }
}

const SCHEMA = /^((?:"(?:[^"]|"")*"|[^\s."(])+)\./u;
