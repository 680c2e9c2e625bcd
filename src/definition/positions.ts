import { EVENT_ID, type Event, getScalarValue, type ScalarEvent } from 'js-yaml';

/** Keys and indexes from the root to a value. */
export type Path = readonly (string | number)[];

interface Node {
  readonly start: number;
  readonly members?: ReadonlyMap<string, Member>;
  /** What `<<` brings in; own members win. */
  readonly merged?: readonly Node[];
  readonly items?: readonly Node[];
}

interface Member {
  readonly key: number;
  readonly value: Node;
}

/**
 * Where values stand in a YAML text, from the parser's events. The function that it gives back returns the offset of
 * the last key of a path (or of a list's item), or of the deepest part of the path that is there.
 */
export function positions(events: readonly Event[], source: string): (path: Path) => number {
  const root = read(new Reader(events, source));
  return (path) => {
    let node: Node | undefined = root;
    let found = root.start;
    for (const part of path) {
      if (node === undefined) break;
      const step: Member | undefined = typeof part === 'number' ? item(node, part) : member(node, part, 0);
      if (step === undefined) break;
      found = step.key;
      node = step.value;
    }
    return found;
  };
}

/** Whether a path leads to something in a value; own keys only. */
export function holds(value: unknown, path: Path): boolean {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return false;
    at = (at as Readonly<Record<string | number, unknown>>)[part];
  }
  return true;
}

function item(node: Node, index: number): Member | undefined {
  const value = node.items?.[index];
  return value === undefined ? undefined : { key: value.start, value };
}

/** The depth ends merges that run in a circle. */
function member(node: Node, key: string, depth: number): Member | undefined {
  const own = node.members?.get(key);
  if (own !== undefined || depth > 10) return own;
  for (const merged of node.merged ?? []) {
    const found = member(merged, key, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

class Reader {
  readonly anchors = new Map<string, Node>();
  readonly source: string;
  private readonly events: readonly Event[];
  private at = 0;

  constructor(events: readonly Event[], source: string) {
    this.events = events;
    this.source = source;
  }

  next(): Event | undefined {
    return this.events[this.at++];
  }

  peek(): Event | undefined {
    return this.events[this.at];
  }

  text(from: number, to: number): string {
    return this.source.slice(from, to);
  }
}

/** One value; the events are known to be well-formed, since the values were built from them. */
function read(reader: Reader): Node {
  const event = reader.next();
  if (event === undefined) return { start: 0 };
  switch (event.type) {
    case EVENT_ID.DOCUMENT:
      return read(reader);
    case EVENT_ID.ALIAS:
      return (
        reader.anchors.get(reader.text(event.anchorStart, event.anchorEnd)) ?? { start: event.anchorStart }
      );
    case EVENT_ID.SCALAR:
      return anchored(reader, event, { start: scalarStart(event) });
    case EVENT_ID.SEQUENCE: {
      const items: Node[] = [];
      while (more(reader)) items.push(read(reader));
      return anchored(reader, event, { start: event.start, items });
    }
    case EVENT_ID.MAPPING: {
      const members = new Map<string, Member>();
      const merged: Node[] = [];
      while (more(reader)) {
        const key = reader.peek();
        const { start } = read(reader);
        const value = read(reader);
        if (key?.type !== EVENT_ID.SCALAR) continue;
        const name = getScalarValue(reader.source, key);
        if (name === '<<') merged.push(...(value.items ?? [value]));
        else members.set(name, { key: start, value });
      }
      return anchored(reader, event, { start: event.start, members, merged });
    }
    default:
      return { start: 0 };
  }
}

/** Whether the open collection has another value; takes its end otherwise. */
function more(reader: Reader): boolean {
  const event = reader.peek();
  if (event !== undefined && event.type !== EVENT_ID.POP) return true;
  reader.next();
  return false;
}

function anchored(
  reader: Reader,
  event: { readonly anchorStart: number; readonly anchorEnd: number },
  node: Node,
): Node {
  if (event.anchorStart >= 0) reader.anchors.set(reader.text(event.anchorStart, event.anchorEnd), node);
  return node;
}

/** The events point behind an opening quote. */
function scalarStart(event: ScalarEvent): number {
  return Math.max(0, event.style === 2 || event.style === 3 ? event.valueStart - 1 : event.valueStart);
}
