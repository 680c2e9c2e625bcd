import { type CatalogObject, keyOf } from './model.ts';

/** Answers whether an object is left out by `scope.ignore`. */
export type IgnoreTest = (key: string) => boolean;

/**
 * Patterns over `<kind> <identity>`; `*` stands for any text within one dotted part, e.g. `table public.tmp_*`,
 * `trigger * on public.orders`. A dot within double quotes divides nothing.
 */
export function ignoreTest(patterns: readonly string[]): IgnoreTest {
  if (patterns.length === 0) return () => false;
  const sources = patterns.map((pattern) => pattern.split('*').map(literalSource).join(WITHIN_ONE_PART));
  const any = new RegExp(`^(?:${sources.join('|')})$`, 'u');
  return (key) => any.test(key);
}

/** The objects that are not ignored, by key; what belongs to an ignored object goes with it. */
export function withoutIgnored(
  objects: ReadonlyMap<string, CatalogObject>,
  patterns: readonly string[],
): ReadonlyMap<string, CatalogObject> {
  if (patterns.length === 0) return objects;
  const ignored = ignoreTest(patterns);
  const kept = new Map<string, CatalogObject>();
  for (const [key, object] of objects) {
    if (!isHidden(object, objects, ignored)) kept.set(key, object);
  }
  return kept;
}

const WITHIN_ONE_PART = '(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`|[^."`])*';

function literalSource(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, (sign) => `\\${sign}`);
}

function isHidden(
  object: CatalogObject,
  objects: ReadonlyMap<string, CatalogObject>,
  ignored: IgnoreTest,
): boolean {
  for (let at: CatalogObject | undefined = object; at !== undefined; ) {
    if (ignored(keyOf(at))) return true;
    if (at.parent === undefined) return false;
    const parent = objects.get(at.parent);
    if (parent === undefined) return ignored(at.parent);
    at = parent;
  }
  return false;
}
