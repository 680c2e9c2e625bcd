import type { SessionSettings, Target } from '../engine.ts';
import { identifier } from './wire.ts';

/**
 * Everything a migration may have set is put back, then set to what is known. `DISCARD ALL` would do the first part,
 * but it releases advisory locks, and this connection holds ours: so it is spelled out by its parts
 * (PostgreSQL documentation, DISCARD), without `pg_advisory_unlock_all()`.
 */
export function resetSql(
  settings: SessionSettings,
  target: Target,
  versionNum: number,
  defaults: SessionDefaults,
): string {
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
    ...defaults,
  ].join('; ');
}

/** Settings of the session itself, once after connecting: who we are, and how soon a dead client is noticed. */
export function sessionSql(target: Target, versionNum: number, defaults: SessionDefaults): string {
  return [
    roleSql(target),
    ...keepAlive,
    ...knownSettings({ lockTimeout: 0, statementTimeout: 0 }, target, versionNum),
    ...defaults,
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
  ].filter((part) => part !== '');
}

/** Statements for settings that a role or a database may have changed and that not everyone may set. */
export type SessionDefaults = readonly string[];

/**
 * What has to be set besides, by what the session began with; asked once, because RESET ALL leads back there. With
 * synchronous_commit off a crash of the server would lose a migration that was answered as done.
 */
export function sessionDefaults(row: {
  readonly synchronous_commit?: string | null;
  readonly session_replication_role?: string | null;
}): SessionDefaults {
  return [
    ...(row.synchronous_commit === 'off' ? ['SET synchronous_commit = on'] : []),
    ...(row.session_replication_role === 'origin' ? [] : ["SET session_replication_role = 'origin'"]),
  ];
}
