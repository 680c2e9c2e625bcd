import type { SessionSettings, Target } from '../engine.ts';
import { identifier } from './wire.ts';

/**
 * Everything a migration may have set is put back, then set to what is known. `DISCARD ALL` would do the first part,
 * but it releases advisory locks, and this connection holds ours: so it is spelled out by its parts
 * (PostgreSQL documentation, DISCARD), without `pg_advisory_unlock_all()`. What the session began with is what RESET ALL
 * leads back to: of the known settings only those are set that it did not begin with.
 */
export function resetSql(settings: SessionSettings, target: Target, began: SettingsAtStart): string {
  return [
    'CLOSE ALL',
    'SET SESSION AUTHORIZATION DEFAULT',
    'RESET ALL',
    'DEALLOCATE ALL',
    'UNLISTEN *',
    'DISCARD PLANS',
    'DISCARD TEMP',
    'DISCARD SEQUENCES',
    ...setSql(settings, target, began),
  ].join('; ');
}

/** Settings of the session itself, once after connecting: who we are, and how soon a dead client is noticed. */
export function sessionSql(target: Target, began: SettingsAtStart): string {
  return setSql({ lockTimeout: 0, statementTimeout: 0 }, target, began).join('; ');
}

/**
 * Our own statements, at the end of a transaction, run as the migrator and unhindered by what a migration has set.
 * LOCAL: what the migration set for its session holds again after the transaction.
 */
export function ownSql(target: Target): string {
  return [
    'SET LOCAL SESSION AUTHORIZATION DEFAULT',
    target.role === undefined ? 'SET LOCAL ROLE NONE' : `SET LOCAL ROLE ${identifier(target.role)}`,
    'SET LOCAL statement_timeout = 0',
    'SET LOCAL lock_timeout = 0',
  ].join('; ');
}

export function roleSql(target: Target): string {
  return target.role === undefined ? '' : `SET ROLE ${identifier(target.role)}`;
}

type Settings = Readonly<Record<string, string>>;

/**
 * Settings that any role may ask for when it connects: RESET ALL then leads back to them. A dead client is gone in 30 s:
 * 10 s of silence, then three questions 5 s apart.
 */
const ASKED_FOR: Settings = {
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '30000',
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
  row_security: 'on',
  check_function_bodies: 'on',
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
};

/**
 * What a migration may rely on, whatever role and database have set. The last ones are not for anybody to set, or are
 * not known to every version. With synchronous_commit off a crash of the server would lose a migration that was answered
 * as done: any other value is left as it is.
 */
const KNOWN: Settings = {
  ...ASKED_FOR,
  default_transaction_read_only: 'off',
  transaction_timeout: '0',
  session_replication_role: 'origin',
  synchronous_commit: 'on',
};

/** The same as options of the startup message. Poolers often refuse them: then they are set later, each by itself. */
export const STARTUP_OPTIONS = Object.entries(ASKED_FOR)
  .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
  .join(' ');

/** Values of KNOWN as the session began with them; undefined for what the server does not know. */
export type SettingsAtStart = ReadonlyMap<string, string | undefined>;

/** Columns that ask for them. */
export const SETTINGS_SQL = Object.keys(KNOWN)
  .map((name) => `pg_catalog.current_setting('${name}', true) AS "${name}"`)
  .join(', ');

export function settingsAtStart(row: Readonly<Record<string, string | null>>): SettingsAtStart {
  return new Map(Object.keys(KNOWN).map((name) => [name, row[name] ?? undefined]));
}

function setSql({ lockTimeout, statementTimeout }: SessionSettings, target: Target, began: SettingsAtStart) {
  const wanted = {
    ...KNOWN,
    lock_timeout: String(lockTimeout),
    statement_timeout: String(statementTimeout),
  };
  const differ = Object.entries(wanted).filter(([name, value]) => {
    const there = began.get(name);
    if (name === 'synchronous_commit') return there === 'off';
    return there !== undefined && there !== value;
  });
  return [
    roleSql(target),
    ...differ.map(([name, value]) => `SET ${name} = '${value}'`),
    target.schemas === 'all' ? '' : `SET search_path = ${target.schemas.map(identifier).join(', ')}`,
  ].filter((part) => part !== '');
}
