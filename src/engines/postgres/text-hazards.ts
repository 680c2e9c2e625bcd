import type { Hazard } from '../../api/api.ts';
import type { Statement } from '../../sql/sql.ts';
import type { QualifiedName } from '../engine.ts';
import { standsAlone } from './bare.ts';
import { identifier } from './wire.ts';
import { type Words, wordsOf } from './words.ts';

/**
 * What the statements of a script can do, by their text, in their order. What is made in the script itself has nobody who
 * would wait for it and no rows to lose.
 */
export function hazardsOf(statements: readonly Statement[]): readonly (readonly Hazard[])[] {
  const made = new Set<string>();
  return statements.map(({ sql }) => {
    if (BULK.test(sql)) return [];
    const found = ofStatement(wordsOf(sql)).filter(({ object }) => !made.has(object));
    const table = madeBy(wordsOf(sql));
    if (table !== undefined) made.add(table);
    return standsAlone(wordsOf(sql)) && !found.some(({ code }) => code === 'not-transactional')
      ? [...found, { code: 'not-transactional', object: '', detail: 'runs in no transaction block' }]
      : found;
  });
}

/** Rows in bulk, and questions. */
const BULK = /^(insert|copy|select|with|values)\b/i;

const LOCKED = 'ACCESS EXCLUSIVE';

function madeBy(words: Words): string | undefined {
  if (!words.take('create')) return undefined;
  words.oneOf('global', 'local');
  words.oneOf('temp', 'temporary', 'unlogged');
  if (!words.take('table')) return undefined;
  words.take('if', 'not', 'exists');
  return named('table', words.name());
}

function named(kind: string, name: QualifiedName | undefined, column?: string): string {
  if (name === undefined) return kind;
  const parts = [name.schema, name.name, column].filter((part) => part !== undefined);
  return `${kind} ${parts.map(plainName).join('.')}`;
}

/** Quoted only where it has to be. */
function plainName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : identifier(name);
}

function ofStatement(words: Words): readonly Hazard[] {
  switch (
    words.oneOf(
      'drop',
      'truncate',
      'create',
      'alter',
      'delete',
      'update',
      'grant',
      'revoke',
      'vacuum',
      'cluster',
      'reindex',
      'refresh',
    )
  ) {
    case 'drop':
      return dropped(words);
    case 'truncate':
      words.take('table');
      return words.parts().map((part) => {
        part.take('only');
        return { code: 'data-loss', object: named('table', part.name()), detail: 'all rows of the table' };
      });
    case 'create':
      return created(words);
    case 'alter':
      return altered(words);
    case 'delete':
      return written(words, 'from', 'data-loss', 'all rows of the table: there is no WHERE');
    case 'update':
      return written(words, undefined, 'long-scan', 'every row is written: there is no WHERE');
    case 'grant':
    case 'revoke':
      return [{ code: 'privilege-change', object: '', detail: 'who may do what' }];
    case 'vacuum':
      return words.has('full') || words.options().some((option) => option.take('full'))
        ? [{ code: 'table-rewrite', object: '', detail: `${LOCKED} while each table is written anew` }]
        : [];
    case 'cluster':
      return [
        {
          code: 'table-rewrite',
          object: named('table', words.name()),
          detail: `${LOCKED} while it is written anew`,
        },
      ];
    case 'reindex':
      return words.has('concurrently') || words.options().some((option) => option.take('concurrently'))
        ? []
        : [{ code: 'blocks-writes', object: '', detail: 'SHARE while indexes are built' }];
    case 'refresh':
      words.take('materialized', 'view');
      return words.take('concurrently')
        ? []
        : [
            {
              code: 'blocks-reads',
              object: named('materialized view', words.name()),
              detail: `${LOCKED} while it is filled`,
            },
          ];
    default:
      return [];
  }
}

function written(
  words: Words,
  before: string | undefined,
  code: Hazard['code'],
  detail: string,
): readonly Hazard[] {
  if (before !== undefined && !words.take(before)) return [];
  words.take('only');
  const table = words.name();
  return words.has('where') || words.has('using') ? [] : [{ code, object: named('table', table), detail }];
}

const LOSES: Readonly<Record<string, string>> = {
  table: 'all rows of the table',
  sequence: 'where it stands',
  schema: 'all that is in it',
  database: 'all that is in it',
};

function dropped(words: Words): readonly Hazard[] {
  const kind =
    ['materialized view', 'foreign table', 'event trigger'].find((each) => words.take(...each.split(' '))) ??
    words.next;
  if (!kind.includes(' ')) words.skip();
  const concurrently = words.take('concurrently');
  words.take('if', 'exists');
  const cascades = words.has('cascade');
  return words.parts().flatMap((part): readonly Hazard[] => {
    const object = named(kind, part.name());
    const lost = LOSES[kind];
    return [
      ...(lost === undefined ? [] : [{ code: 'data-loss', object, detail: lost } as const]),
      ...(cascades
        ? [{ code: 'dependency-drop', object, detail: 'CASCADE: all that depends on it' } as const]
        : []),
      ...(kind === 'policy'
        ? [{ code: 'privilege-change', object, detail: 'who sees which rows' } as const]
        : []),
      ...(concurrently
        ? [{ code: 'not-transactional', object, detail: 'cut short, it leaves an invalid index' } as const]
        : []),
      ...(['table', 'index', 'trigger', 'materialized view'].includes(kind) && !concurrently
        ? [{ code: 'blocks-reads', object, detail: `${LOCKED}, short` } as const]
        : []),
    ];
  });
}

function created(words: Words): readonly Hazard[] {
  if (words.take('policy'))
    return [{ code: 'privilege-change', object: 'policy', detail: 'who sees which rows' }];
  const unique = words.take('unique');
  if (!words.take('index')) return [];
  const concurrently = words.take('concurrently');
  words.take('if', 'not', 'exists');
  if (words.next !== 'on') words.name();
  words.take('on');
  words.take('only');
  const object = named('table', words.name());
  const rows: readonly Hazard[] = unique
    ? [{ code: 'fails-on-rows', object, detail: 'values that occur twice' }]
    : [];
  if (concurrently)
    return [
      { code: 'not-transactional', object, detail: 'cut short, it leaves an invalid index' },
      { code: 'long-scan', object, detail: 'every row is looked at, twice; nobody is blocked' },
      ...rows,
    ];
  return [
    {
      code: 'blocks-writes',
      object,
      detail: 'SHARE while the index is built; CREATE INDEX CONCURRENTLY blocks nobody',
    },
    { code: 'long-scan', object, detail: 'every row is looked at' },
    ...rows,
  ];
}

function altered(words: Words): readonly Hazard[] {
  if (words.take('default', 'privileges') || words.take('policy'))
    return [{ code: 'privilege-change', object: '', detail: 'who may do what' }];
  words.oneOf('foreign', 'materialized');
  if (!words.take('table'))
    return words.has('owner', 'to') ? [{ code: 'privilege-change', object: '', detail: 'its owner' }] : [];
  words.take('if', 'exists');
  words.take('only');
  const table = words.name();
  words.take('*');
  return words.parts().flatMap((part) => action(part, table));
}

function action(words: Words, table: QualifiedName | undefined): readonly Hazard[] {
  const object = named('table', table);
  const locks = (detail: string): Hazard => ({ code: 'blocks-reads', object, detail: `${LOCKED}${detail}` });
  const scan: Hazard = { code: 'long-scan', object, detail: 'every row is looked at' };
  if (words.take('add')) return added(words, table);
  if (words.take('drop')) {
    if (words.take('constraint')) return [locks(', short')];
    words.take('column');
    words.take('if', 'exists');
    const column = words.name();
    return [
      { code: 'data-loss', object: named('column', table, column?.name), detail: 'all values of the column' },
      locks(', short'),
    ];
  }
  if (words.take('alter')) {
    words.take('column');
    const column = named('column', table, words.name()?.name);
    if (words.take('type') || words.take('set', 'data', 'type'))
      return [
        {
          code: 'table-rewrite',
          object: column,
          detail: 'unless the server can take the values as they are',
        },
        { code: 'fails-on-rows', object: column, detail: 'values that do not fit' },
        locks(' while it is written'),
      ];
    if (words.take('set', 'not', 'null'))
      return [
        { code: 'fails-on-rows', object: column, detail: 'NULLs' },
        scan,
        locks(' meanwhile; a valid CHECK (… IS NOT NULL) spares the scan'),
      ];
    return words.take('set', 'statistics') ? [] : [locks(', short')];
  }
  if (words.take('validate', 'constraint')) return [scan];
  if (
    words.take('set', 'logged') ||
    words.take('set', 'unlogged') ||
    words.take('set', 'tablespace') ||
    words.take('set', 'access', 'method')
  )
    return [{ code: 'table-rewrite', object, detail: `${LOCKED} while it is written` }];
  if (words.take('owner', 'to') || words.has('row', 'level', 'security'))
    return [{ code: 'privilege-change', object, detail: 'who may do what' }];
  return [];
}

function added(words: Words, table: QualifiedName | undefined): readonly Hazard[] {
  const object = named('table', table);
  const scan: Hazard = {
    code: 'long-scan',
    object,
    detail: 'every row is looked at; NOT VALID, then VALIDATE, blocks nobody',
  };
  const isConstraint = words.take('constraint') && words.name() !== undefined;
  const later = words.has('not', 'valid') || words.has('using', 'index');
  const type = words.oneOf('primary', 'unique', 'foreign', 'check', 'exclude');
  if (isConstraint || type !== undefined) {
    if (later) return [{ code: 'blocks-reads', object, detail: `${LOCKED}, short` }];
    const rows: Hazard = { code: 'fails-on-rows', object, detail: 'rows that stand against it' };
    return type === 'foreign'
      ? [
          { code: 'blocks-writes', object, detail: 'SHARE ROW EXCLUSIVE meanwhile, on both tables' },
          scan,
          rows,
        ]
      : [{ code: 'blocks-reads', object, detail: `${LOCKED} meanwhile` }, scan, rows];
  }
  words.take('column');
  words.take('if', 'not', 'exists');
  const column = named('column', table, words.name()?.name);
  const serial = ['serial', 'bigserial', 'smallserial'].includes(words.next);
  const each = serial || words.has('generated') || VOLATILE.some((name) => words.has(name));
  const needsRows = words.has('not', 'null') && !words.has('default') && !each;
  return [
    { code: 'blocks-reads', object, detail: `${LOCKED}, short` },
    ...(needsRows
      ? [
          {
            code: 'fails-on-rows',
            object: column,
            detail: 'NOT NULL without a default: refused where the table has rows',
          } as const,
        ]
      : []),
    ...(each
      ? [{ code: 'table-rewrite', object: column, detail: 'each row gets a value of its own' } as const]
      : []),
  ];
}

/** Defaults that are computed for each row. */
const VOLATILE = ['random', 'clock_timestamp', 'gen_random_uuid', 'uuid_generate_v4', 'nextval', 'timeofday'];
