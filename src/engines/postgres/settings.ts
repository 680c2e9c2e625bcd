import type { SessionSettings, Target } from '../engine.ts';
import { identifier, literal } from './wire.ts';

/**
 * Everything a migration may have set is put back, then set to what is known. `DISCARD ALL` would do the first part,
 * but it releases advisory locks, and this connection holds ours: so it is spelled out by its parts
 * (PostgreSQL documentation, DISCARD), without `pg_advisory_unlock_all()`.
 */
export function resetSql(settings: SessionSettings, target: Target, versionNum: number): string {
  return [
    'CLOSE ALL',
    'SET SESSION AUTHORIZATION DEFAULT',
    'RESET ALL',
    'DEALLOCATE ALL',
    'UNLISTEN *',
    'DISCARD PLANS',
    'DISCARD TEMP',
    'DISCARD SEQUENCES',
    ...knownSettings(settings, target, versionNum),
  ].join('; ');
}

/** Settings of the session itself, once after connecting: who we are, and how soon a dead client is noticed. */
export function sessionSql(target: Target, versionNum: number): string {
  return [
    roleSql(target),
    ...keepAlive,
    ...knownSettings({ lockTimeout: 0, statementTimeout: 0 }, target, versionNum),
  ]
    .filter((part) => part !== '')
    .join('; ');
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

/** A dead client is gone in 30 s: 10 s of silence, then three questions 5 s apart. */
const keepAlive = [
  'SET tcp_keepalives_idle = 10',
  'SET tcp_keepalives_interval = 5',
  'SET tcp_keepalives_count = 3',
  'SET tcp_user_timeout = 30000',
];

function knownSettings(settings: SessionSettings, target: Target, versionNum: number): string[] {
  return [
    roleSql(target),
    ...keepAlive,
    `SET lock_timeout = ${settings.lockTimeout}`,
    `SET statement_timeout = ${settings.statementTimeout}`,
    'SET idle_in_transaction_session_timeout = 0',
    'SET idle_session_timeout = 0',
    versionNum >= 170_000 ? 'SET transaction_timeout = 0' : '',
    target.schemas === 'all' ? '' : `SET search_path = ${target.schemas.map(identifier).join(', ')}`,
    "SET client_encoding = 'UTF8'",
    'SET standard_conforming_strings = on',
    'SET row_security = on',
    'SET check_function_bodies = on',
    "SET TimeZone = 'UTC'",
    "SET DateStyle = 'ISO, MDY'",
    "SET IntervalStyle = 'postgres'",
    "SET default_transaction_isolation = 'read committed'",
    'SET default_transaction_read_only = off',
    'SET default_transaction_deferrable = off',
    // Not everyone may set these two, so they are set only where they stand otherwise. With synchronous_commit off
    // a crash of the server would lose a migration that was answered as done.
    guarded('session_replication_role', 'origin', "<> 'origin'"),
    guarded('synchronous_commit', 'on', "= 'off'"),
  ].filter((part) => part !== '');
}

function guarded(name: string, value: string, when: string): string {
  return `SELECT pg_catalog.set_config(${literal(name)}, ${literal(value)}, false) WHERE pg_catalog.current_setting(${literal(name)}) ${when}`;
}
