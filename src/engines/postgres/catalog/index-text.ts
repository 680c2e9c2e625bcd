import type { Draft, Reading } from './reading.ts';

/** An index as its catalogue row tells it, lists of numbers separated by spaces. */
export interface IndexRow {
  readonly relation: string;
  readonly name: string;
  readonly unique: boolean;
  readonly method: string;
  /** Columns that are keys; those after them are included. */
  readonly keys: number;
  readonly columns: string;
  readonly classes: string;
  readonly collations: string;
  readonly options: string;
}

/**
 * What `pg_get_indexdef` would say of a plain index: columns only, each with its type's default operator class and its
 * own collation. The function is most of the cost of a read, and most indexes are plain. Undefined: ask the server.
 * The words are those of `pg_get_indexdef_worker` in the server's ruleutils.c.
 */
export function plainIndexText(row: IndexRow, owner: Draft, reading: Reading): string | undefined {
  const [classes, collations, options] = [
    row.classes.split(' '),
    row.collations.split(' '),
    row.options.split(' '),
  ];
  const columns = reading.columns.get(row.relation);
  const ordered = row.method === 'btree';
  const keys: string[] = [];
  const included: string[] = [];
  for (const [at, number] of row.columns.split(' ').entries()) {
    const column = columns?.find((candidate) => candidate.number === number);
    if (column === undefined) return undefined;
    const { name, type, collation } = column;
    if (at >= row.keys) {
      included.push(name);
      continue;
    }
    if (collations[at] !== collation || !isDefaultClass(classes[at], type, reading)) return undefined;
    keys.push(name + (ordered ? orderText(Number(options[at])) : ''));
  }
  const include = included.length === 0 ? '' : ` INCLUDE (${included.join(', ')})`;
  return `CREATE ${row.unique ? 'UNIQUE ' : ''}INDEX ${row.name} ON ${owner.identity} USING ${row.method} (${keys.join(', ')})${include}`;
}

const TEXT = '25';
const VARCHAR = '1043';

/** Only where the class is made for that very type; varchar has text's. Everything else is the server's to judge. */
function isDefaultClass(operatorClass: string | undefined, type: string, reading: Reading): boolean {
  const made = reading.defaultClasses.get(operatorClass ?? '');
  return made !== undefined && made === (type === VARCHAR ? TEXT : type);
}

const DESCENDING = 1;
const NULLS_FIRST = 2;

function orderText(option: number): string {
  const nullsFirst = (option & NULLS_FIRST) !== 0;
  if ((option & DESCENDING) !== 0) return nullsFirst ? ' DESC' : ' DESC NULLS LAST';
  return nullsFirst ? ' NULLS FIRST' : '';
}
