import { parseSync } from 'libpg-query';
import type { QualifiedName, Settlement, StatementClass } from '../../../src/engines/engines.ts';
import { identifier } from '../../../src/engines/postgres/wire.ts';
import type { Statement } from '../../../src/sql/sql.ts';

/** A parse tree as libpg-query prints it: one key, the node's name, and its fields. */
type Node = { readonly [field: string]: unknown };

/** Rows in bulk are judged by their first word. */
const BULK = /^(insert\s+into|copy)\b/i;

/** What a statement is by PostgreSQL's own parser; undefined where that has no tree of it. */
export function parsedClass(statement: Pick<Statement, 'sql'>): StatementClass | undefined {
  if (BULK.test(statement.sql))
    return { inTransaction: 'yes', effect: 'dml', blocksOthers: true, breaks: false };
  const parsed = parse(statement);
  if (parsed === undefined) return undefined;
  const { name, node } = parsed;
  const bare = bareReason(name, node);
  const settlement = bare ? settlementOf(name, node) : undefined;
  const unreplayable = unreplayableOf(name, node);
  return {
    inTransaction: bare ? 'no' : name === 'CallStmt' || name === 'DoStmt' ? 'try' : 'yes',
    effect: effectOf(name, node),
    blocksOthers: !bare && !waitsHarmlessly(name, node),
    breaks: breaksApplications(name, node),
    ...(settlement === undefined ? {} : { settlement }),
    ...(unreplayable === undefined ? {} : { unreplayable }),
    ...truncates(name, node),
    ...(bare ? trialOf(settlement, statement.sql) : {}),
    ...(name === 'DiscardStmt' && node.target === 'DISCARD_ALL' ? { freesLock: true } : {}),
  };
}

/** Statements with PreventInTransactionBlock() in PostgreSQL 14–18 (src/backend/tcop/utility.c and commands/). */
function bareReason(name: string, node: Node): boolean {
  switch (name) {
    case 'CreatedbStmt':
    case 'DropdbStmt':
    case 'CreateTableSpaceStmt':
    case 'DropTableSpaceStmt':
    case 'AlterSystemStmt':
      return true;
    case 'AlterDatabaseStmt':
      return option(node, 'options', 'tablespace') !== undefined;
    case 'IndexStmt':
      return node.concurrent === true;
    case 'DropStmt':
      return node.concurrent === true;
    case 'ReindexStmt':
      return (
        !['REINDEX_OBJECT_INDEX', 'REINDEX_OBJECT_TABLE'].includes(String(node.kind)) ||
        isOn(option(node, 'params', 'concurrently'))
      );
    case 'VacuumStmt':
      return node.is_vacuumcmd === true;
    case 'ClusterStmt':
      return node.relation === undefined;
    case 'DiscardStmt':
      return node.target === 'DISCARD_ALL';
    case 'AlterTableStmt':
      return list(node, 'cmds').some((cmd) => detachesConcurrently(cmd.AlterTableCmd as Node));
    case 'CreateSubscriptionStmt':
      return !isOff(option(node, 'options', 'connect')) && !isOff(option(node, 'options', 'create_slot'));
    case 'DropSubscriptionStmt':
      return true;
    case 'AlterSubscriptionStmt':
      return ['REFRESH', 'SET_PUBLICATION', 'ADD_PUBLICATION', 'DROP_PUBLICATION'].some((kind) =>
        String(node.kind).includes(kind),
      );
    case 'TransactionStmt':
      return String(node.kind).includes('PREPARED');
    default:
      return false;
  }
}

function settlementOf(name: string, node: Node): Settlement | undefined {
  switch (name) {
    case 'ReindexStmt':
      return reindexSettlement(node);
    case 'VacuumStmt':
    case 'ClusterStmt':
    case 'AlterSystemStmt':
      return { rule: 'run-again' };
    case 'IndexStmt': {
      const table = rangeVar(node.relation as Node);
      if (typeof node.idxname !== 'string') return undefined;
      // An index always lies in its table's schema; its name is written without one.
      const index: QualifiedName = {
        ...(table.schema === undefined ? {} : { schema: table.schema }),
        name: node.idxname,
      };
      return { rule: 'index', action: 'create', name: index, table };
    }
    case 'DropStmt': {
      const [only, ...others] = list(node, 'objects');
      const parts = only === undefined ? [] : list(only.List as Node, 'items').map(stringOf);
      const last = parts.at(-1);
      if (others.length > 0 || last === undefined) return undefined;
      const schema = parts.at(-2);
      return {
        rule: 'index',
        action: 'drop',
        name: { ...(schema === undefined ? {} : { schema }), name: last },
      };
    }
    case 'AlterTableStmt': {
      const command = list(node, 'cmds')
        .map((cmd) => cmd.AlterTableCmd as Node)
        .find(detachesConcurrently);
      const partition = (command?.def as Node | undefined)?.PartitionCmd as Node | undefined;
      if (partition === undefined) return undefined;
      return {
        rule: 'detach',
        table: rangeVar(node.relation as Node),
        partition: rangeVar(partition.name as Node),
      };
    }
    default:
      return undefined;
  }
}

function reindexSettlement(node: Node): Settlement {
  if (!isOn(option(node, 'params', 'concurrently'))) return { rule: 'run-again' };
  const kind = String(node.kind);
  if (kind === 'REINDEX_OBJECT_INDEX' || kind === 'REINDEX_OBJECT_TABLE')
    return {
      rule: 'reindex',
      of: kind === 'REINDEX_OBJECT_INDEX' ? 'index' : 'table',
      name: rangeVar(node.relation as Node),
    };
  return kind === 'REINDEX_OBJECT_SCHEMA'
    ? { rule: 'reindex', of: 'schema', name: { name: String(node.name) } }
    : { rule: 'reindex', of: 'database' };
}

function effectOf(name: string, node: Node): StatementClass['effect'] {
  switch (name) {
    case 'VariableSetStmt':
    case 'PrepareStmt':
    case 'DeallocateStmt':
    case 'DiscardStmt':
    case 'ListenStmt':
    case 'UnlistenStmt':
    case 'LoadStmt':
    case 'ConstraintsSetStmt':
      return 'session';
    case 'TransactionStmt':
      return 'control';
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
    case 'CopyStmt':
    case 'TruncateStmt':
    case 'CallStmt':
    case 'DoStmt':
    case 'ExecuteStmt':
      return 'dml';
    case 'SelectStmt':
      return setsConfig(node) ? 'session' : 'query';
    case 'VariableShowStmt':
    case 'ExplainStmt':
      return 'query';
    default:
      return 'ddl';
  }
}

/** Waits for locks that stand in nobody's way: SHARE UPDATE EXCLUSIVE conflicts with no reader or writer (documentation, "Explicit Locking"). */
function waitsHarmlessly(name: string, node: Node): boolean {
  if (['SelectStmt', 'VacuumStmt', 'VariableSetStmt', 'CreateStatsStmt'].includes(name)) return true;
  return (
    name === 'AlterTableStmt' &&
    list(node, 'cmds').every((cmd) =>
      ['AT_ValidateConstraint', 'AT_SetStatistics', 'AT_ClusterOn', 'AT_DropCluster'].includes(
        String((cmd.AlterTableCmd as Node)?.subtype),
      ),
    )
  );
}

const BREAKING_COMMANDS = new Set([
  'AT_DropColumn',
  'AT_AlterColumnType',
  'AT_SetNotNull',
  'AT_AddConstraint',
  'AT_DetachPartition',
  'AT_EnableRowSecurity',
  'AT_ForceRowSecurity',
]);

/** Indexes and comments may go; everything else that is dropped, renamed, retyped or constrained may be missed. */
function breaksApplications(name: string, node: Node): boolean {
  switch (name) {
    case 'DropStmt':
      return node.removeType !== 'OBJECT_INDEX';
    case 'RenameStmt':
    case 'AlterObjectSchemaStmt':
    case 'DropOwnedStmt':
    case 'DoStmt':
    case 'CallStmt':
      return true;
    case 'IndexStmt':
      return node.unique === true;
    case 'AlterTableStmt':
      return list(node, 'cmds').some(({ AlterTableCmd }) => {
        const { subtype, def } = AlterTableCmd as Node;
        return (
          BREAKING_COMMANDS.has(String(subtype)) || (subtype === 'AT_ColumnDefault' && def === undefined)
        );
      });
    default:
      return false;
  }
}

function unreplayableOf(name: string, node: Node): string | undefined {
  const into = ((node.intoClause as Node | undefined)?.rel ?? (node.into as Node | undefined)?.rel) as
    | Node
    | undefined;
  const relation =
    name === 'CreateStmt' || name === 'CreateSeqStmt' || name === 'ViewStmt'
      ? ((node.relation ?? node.sequence ?? node.view) as Node)
      : into;
  if (relation?.relpersistence === 't')
    return `temporary ${name === 'CreateSeqStmt' ? 'sequence' : name === 'ViewStmt' ? 'view' : 'table'} ${relation.relname}`;
  if (name === 'DeclareCursorStmt') return `cursor ${node.portalname}`;
  return undefined;
}

function truncates(name: string, node: Node): { readonly truncates?: readonly string[] } {
  if (name !== 'TruncateStmt') return {};
  return {
    truncates: list(node, 'relations').map((each) => {
      const { schema, name: table } = rangeVar(each.RangeVar as Node);
      return schema === undefined ? identifier(table) : `${identifier(schema)}.${identifier(table)}`;
    }),
  };
}

/** Dropping an index and detaching a partition are quick in a transaction, too; building an index is not. */
function trialOf(settlement: Settlement | undefined, sql: string): { readonly trial?: string } {
  if (settlement?.rule === 'run-again') return {};
  if (settlement?.rule === 'index' && settlement.action === 'create') return {};
  const trial = sql.replace(/(^\s*drop\s+index\s+)concurrently\b|\bconcurrently(\s*)$/i, '$1$2');
  return settlement === undefined || trial === sql ? {} : { trial };
}

/** `SELECT pg_catalog.set_config('search_path', '', false)`, as pg_dump writes it. */
function setsConfig(node: Node): boolean {
  const targets = list(node, 'targetList');
  return (
    targets.length > 0 &&
    node.fromClause === undefined &&
    targets.every((target) => {
      const call =
        (((target.ResTarget as Node | undefined)?.val as Node | undefined)?.FuncCall as Node | undefined) ??
        {};
      return stringOf(list(call, 'funcname').at(-1)) === 'set_config';
    })
  );
}

function detachesConcurrently(command: Node | undefined): boolean {
  if (command?.subtype !== 'AT_DetachPartition') return false;
  return ((command.def as Node | undefined)?.PartitionCmd as Node | undefined)?.concurrent === true;
}

function rangeVar(node: Node): QualifiedName {
  const schema = node.schemaname;
  return { ...(typeof schema === 'string' ? { schema } : {}), name: String(node.relname) };
}

/** A boolean option is on when it stands without a value. */
function isOn(element: Node | undefined): boolean {
  return element !== undefined && !isOff(element);
}

function isOff(element: Node | undefined): boolean {
  const value = element?.arg as Node | undefined;
  // A word such as off is read as the name of a type.
  const named = (value?.TypeName as Node | undefined)?.names as readonly Node[] | undefined;
  const text =
    stringOf(value) ??
    stringOf(named?.at(-1)) ??
    (value?.Integer === undefined ? undefined : String((value.Integer as Node).ival ?? 0));
  const flag = (value?.Boolean as Node | undefined)?.boolval;
  return (
    (value?.Boolean !== undefined && flag !== true) ||
    (text !== undefined && ['off', 'false', '0', 'no'].includes(text.toLowerCase()))
  );
}

/** A statement's node, or undefined where the parser knows less than the server may: newer syntax, or an error. */
function parse(
  statement: Pick<Statement, 'sql'>,
): { readonly name: string; readonly node: Node } | undefined {
  let first: Node | undefined;
  try {
    first = parseSync(statement.sql).stmts?.[0]?.stmt as Node | undefined;
  } catch {
    return undefined;
  }
  const name = first === undefined ? undefined : Object.keys(first)[0];
  if (first === undefined || name === undefined) return undefined;
  return { name, node: first[name] as Node };
}

/** Members of a list field; none where it is absent. */
function list(node: Node, field: string): readonly Node[] {
  return (node[field] as readonly Node[] | undefined) ?? [];
}

/** `{DefElem: {defname, arg}}` options by name. */
function option(node: Node, field: string, name: string): Node | undefined {
  return list(node, field)
    .map((each) => each.DefElem as Node)
    .find((each) => String(each?.defname).toLowerCase() === name);
}

function stringOf(node: unknown): string | undefined {
  return (node as { readonly String?: { readonly sval?: string } } | undefined)?.String?.sval;
}
