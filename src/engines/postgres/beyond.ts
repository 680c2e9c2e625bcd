import { type Words, wordsOf } from './words.ts';

/**
 * What a statement would touch outside of the database that it runs in, in words; undefined where nothing is known that
 * it would. Roles, databases, tablespaces and the server's settings belong to all databases of a cluster
 * (documentation, "System Catalogs": shared); files and other servers to nobody here.
 */
export function beyondDatabase(sql: string): string | undefined {
  // Rows in bulk: a list of a hundred megabytes of values need not be read word by word.
  if (/^\s*(?:insert|copy)\b/i.test(sql)) return filesOf(sql) ?? calls(sql);
  const words = () => wordsOf(sql);
  return (
    sharedObject(words()) ??
    membership(words()) ??
    aboutShared(words()) ??
    replication(words()) ??
    calls(sql) ??
    withinCode(sql, words())
  );
}

const SHARED = ['role', 'user', 'group', 'database', 'tablespace'] as const;

function sharedObject(words: Words): string | undefined {
  if (words.take('alter', 'system')) return 'it changes the settings of the server';
  if (words.take('prepare', 'transaction')) return 'it leaves a transaction that outlives the database';
  if (words.oneOf('create', 'alter', 'drop') === undefined) return undefined;
  if (words.take('user', 'mapping')) return undefined;
  if (words.take('owned')) return 'it takes away what roles own and may do everywhere';
  const kind = words.oneOf(...SHARED);
  return kind === undefined ? undefined : `a ${kind} belongs to the whole server`;
}

/** GRANT and REVOKE without ON give and take memberships; with ON some are about what is shared. */
function membership(words: Words): string | undefined {
  if (words.take('reassign', 'owned')) return 'it gives away what roles own everywhere';
  if (words.oneOf('grant', 'revoke') === undefined) return undefined;
  if (!words.has('on')) return 'memberships of roles belong to the whole server';
  const shared = ['database', 'tablespace', 'parameter'].find((kind) => words.has('on', kind));
  return shared === undefined ? undefined : `rights on a ${shared} belong to the whole server`;
}

function aboutShared(words: Words): string | undefined {
  if (!words.take('comment') && !words.take('security', 'label')) return undefined;
  const kind = ['role', 'database', 'tablespace'].find((each) => words.has('on', each));
  return kind === undefined ? undefined : `a ${kind} belongs to the whole server`;
}

function filesOf(sql: string): string | undefined {
  const end = /^\s*copy\b[^;]*?\b(?:from|to)\s+(?:(program)\b|(?:e|u&)?'|\$)/i.exec(sql);
  if (end === null) return undefined;
  return end[1] === undefined
    ? 'it reads or writes a file of the server'
    : 'it starts a program on the server';
}

/** A subscription that connects, or is enabled, talks to another server, and takes its slot. */
function replication(words: Words): string | undefined {
  const why = 'a subscription that is switched on connects to another server';
  if (words.take('create', 'subscription')) {
    while (!words.ended && !words.take('with')) words.skip();
    return words.options().some((option) => isFalse(option, 'connect')) ? undefined : why;
  }
  if (words.take('drop', 'subscription')) return undefined;
  if (!words.take('alter', 'subscription')) return undefined;
  words.name();
  if (words.take('enable') || words.take('refresh')) return why;
  if (!words.has('publication')) return undefined;
  while (!words.ended && !words.take('with')) words.skip();
  return words.options().some((option) => isFalse(option, 'refresh')) ? undefined : why;
}

function isFalse(option: Words, name: string): boolean {
  if (!option.take(name) || !option.take('=')) return false;
  return option.oneOf('false', 'off', '0', "'false'", "'off'", "'0'") !== undefined;
}

/** Functions of the server, and of its own extensions, that reach out of the database. */
const REACHING =
  /\b(pg_reload_conf|pg_rotate_logfile|pg_terminate_backend|pg_cancel_backend|pg_promote|pg_switch_wal|pg_create_restore_point|pg_backup_start|pg_backup_stop|pg_(?:create|drop|copy)_(?:logical|physical)_?replication_slot|pg_drop_replication_slot|pg_replication_slot_advance|pg_replication_origin_(?:create|drop)|pg_(?:read|stat|write)_(?:binary_)?file|pg_file_(?:write|unlink|rename|sync)|lo_(?:import|export)|dblink(?:_\w+)?|pg_logical_emit_message)\s*\(/i;

function calls(sql: string): string | undefined {
  const found = REACHING.exec(sql);
  return found === null || /^\s*create\b/i.test(sql) ? undefined : `${found[1]} reaches out of the database`;
}

/** Code that runs at once may hold such a statement, or put one together from strings: what it says is looked through. */
const SAID = [
  /\b(?:create|alter|drop)\s+(?:role|user(?!\s+mapping)|group|database|tablespace)\b/i,
  /\balter\s+system\b/i,
  /\b(?:reassign|drop)\s+owned\b/i,
  /\b(?:grant|revoke)\s+[\w"%$]+(?:\s*,\s*[\w"%$]+)*\s+(?:to|from)\b/i,
  /\bcopy\b[^;]*\b(?:program|from\s+'|to\s+')/i,
];

function withinCode(sql: string, words: Words): string | undefined {
  if (!words.take('do')) return undefined;
  const found = SAID.map((said) => said.exec(sql)).find((match) => match !== null);
  return found == null ? undefined : `its code says ${found[0].replace(/\s+/g, ' ')}`;
}
