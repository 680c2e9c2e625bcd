import type { Edge } from './edges.ts';
import type { Step } from './steps.ts';

export type Ordered =
  | { readonly order: readonly number[] }
  /** A circle that nothing gives way in. */
  | { readonly circle: readonly Edge[] };

/** An order that keeps all edges; where they leave a choice, the lowest rank first. The same input gives the same order. */
export function orderOf(steps: readonly Step[], edges: readonly Edge[]): Ordered {
  let kept = edges;
  for (;;) {
    const { order, rest } = sorted(steps, kept);
    if (rest === undefined) return { order };
    const circle = circleIn(rest, kept);
    const weakest = (['text', 'change'] as const).find((why) => circle.some((edge) => edge.why === why));
    if (weakest === undefined) return { circle };
    const gone = new Set(circle.filter((edge) => edge.why === weakest));
    kept = kept.filter((edge) => !gone.has(edge));
  }
}

/** As far as one comes; `rest` are the steps that wait for each other, or for such. */
function sorted(
  steps: readonly Step[],
  edges: readonly Edge[],
): { readonly order: readonly number[]; readonly rest?: ReadonlySet<number> } {
  const waits = new Int32Array(steps.length);
  const next: number[][] = steps.map(() => []);
  for (const { from, to } of edges) {
    waits[to] = (waits[to] ?? 0) + 1;
    next[from]?.push(to);
  }
  const places = placesByRank(steps);
  const ready = new Heap(places);
  for (let at = 0; at < steps.length; at += 1) if (waits[at] === 0) ready.push(at);
  const order: number[] = [];
  for (let at = ready.pop(); at !== undefined; at = ready.pop()) {
    order.push(at);
    for (const to of next[at] ?? []) {
      const left = (waits[to] ?? 0) - 1;
      waits[to] = left;
      if (left === 0) ready.push(to);
    }
  }
  if (order.length === steps.length) return { order };
  return { order, rest: new Set(steps.flatMap((_, at) => ((waits[at] ?? 0) > 0 ? [at] : []))) };
}

/** Going back along the edges among steps that all wait, one comes to where one was. */
function circleIn(rest: ReadonlySet<number>, edges: readonly Edge[]): readonly Edge[] {
  const back = new Map<number, Edge>();
  for (const edge of edges)
    if (rest.has(edge.from) && rest.has(edge.to)) back.set(edge.to, back.get(edge.to) ?? edge);
  const seen = new Map<number, number>();
  const path: Edge[] = [];
  let at: number | undefined = [...rest][0];
  while (at !== undefined && !seen.has(at)) {
    seen.set(at, path.length);
    const edge = back.get(at);
    if (edge === undefined) return [];
    path.push(edge);
    at = edge.from;
  }
  return path.slice(seen.get(at ?? -1) ?? 0);
}

function placesByRank(steps: readonly Step[]): Int32Array {
  const sortedSteps = steps.map((_, at) => at).sort((a, b) => compareRanks(steps[a], steps[b]));
  const places = new Int32Array(steps.length);
  sortedSteps.forEach((at, place) => {
    places[at] = place;
  });
  return places;
}

function compareRanks(a: Step | undefined, b: Step | undefined): number {
  if (a === undefined || b === undefined) return 0;
  for (const part of [0, 1, 2, 3] as const) {
    const [x, y] = [a.rank[part], b.rank[part]];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** Gives the step of the lowest place first. */
class Heap {
  readonly #items: number[] = [];
  readonly #places: Int32Array;

  constructor(places: Int32Array) {
    this.#places = places;
  }

  push(item: number): void {
    const items = this.#items;
    items.push(item);
    let at = items.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#less(parent, at)) break;
      this.#swap(parent, at);
      at = parent;
    }
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return top;
    items[0] = last;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < items.length && this.#less(child, least)) least = child;
      if (least === at) return top;
      this.#swap(least, at);
      at = least;
    }
  }

  #less(a: number, b: number): boolean {
    return (this.#places[this.#items[a] ?? 0] ?? 0) < (this.#places[this.#items[b] ?? 0] ?? 0);
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#items[a] ?? 0, this.#items[b] ?? 0];
    this.#items[a] = y;
    this.#items[b] = x;
  }
}
