import type { Words } from './words.ts';

/** One action of ALTER TABLE and of its like. */
export interface Alteration {
  /** By its text, the previous application may not survive it. */
  readonly breaks: boolean;
  /** Takes no more than SHARE UPDATE EXCLUSIVE, which stands in the way of no reader or writer. */
  readonly harmless: boolean;
}

const NONE: Alteration = { breaks: false, harmless: false };
const BREAKS: Alteration = { breaks: true, harmless: false };
const HARMLESS: Alteration = { breaks: false, harmless: true };

/** The actions of ALTER TABLE, INDEX, SEQUENCE, [MATERIALIZED] VIEW, FOREIGN TABLE and TYPE; none of anything else. */
export function alterationsOf(words: Words, afterAlter = false): readonly Alteration[] {
  if (!afterAlter && !words.take('alter')) return [];
  words.oneOf('foreign', 'materialized');
  if (words.oneOf('table', 'index', 'sequence', 'view', 'type') === undefined) return [];
  words.take('if', 'exists');
  words.take('only');
  if (words.name() === undefined) return [];
  words.take('*');
  return words.parts().map(alteration);
}

function alteration(words: Words): Alteration {
  if (words.take('add')) return added(words);
  if (words.take('drop')) return words.next === 'constraint' ? NONE : BREAKS;
  if (words.take('alter')) return altered(words);
  if (words.take('detach', 'partition')) {
    words.name();
    return words.next === 'finalize' ? NONE : BREAKS;
  }
  if (words.take('enable', 'row') || words.take('force', 'row')) return BREAKS;
  if (words.take('validate', 'constraint')) return HARMLESS;
  if (words.take('cluster', 'on') || words.take('set', 'without', 'cluster')) return HARMLESS;
  return NONE;
}

const CONSTRAINTS = new Set(['constraint', 'check', 'unique', 'primary', 'foreign', 'exclude', 'not']);

/** A column may be called `check` only in quotes; `ADD VALUE` and `ADD ATTRIBUTE` constrain nothing. */
function added(words: Words): Alteration {
  return CONSTRAINTS.has(words.next) ? BREAKS : NONE;
}

function altered(words: Words): Alteration {
  if (words.take('constraint')) return NONE;
  words.oneOf('column', 'attribute');
  // `ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 100`
  if (words.name() === undefined) words.skip();
  if (words.next === 'type' || words.take('set', 'data', 'type')) return BREAKS;
  if (words.take('set', 'not', 'null') || words.take('drop', 'default')) return BREAKS;
  return words.take('set', 'statistics') ? HARMLESS : NONE;
}
