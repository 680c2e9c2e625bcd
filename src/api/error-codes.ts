import { EXIT, type ExitCode } from './exit-codes.ts';

interface CodeFacts {
  readonly exit: ExitCode;
  /** One sentence for the documented list. */
  readonly means: string;
}

const failed = (means: string): CodeFacts => ({ exit: EXIT.failed, means });
const refused = (means: string): CodeFacts => ({ exit: EXIT.refused, means });
const temporary = (means: string): CodeFacts => ({ exit: EXIT.temporary, means });

/**
 * Every code an error, a hold or a finding can carry. Adding one is compatible, renaming one is not:
 * scripts match on them and Kubernetes reasons are derived from them.
 */
export const ERROR_CODES = {
  // the command line
  usage: failed('The command line is not one that the command takes.'),
  'not-supported': failed('Asked for something that this version does not do; the message names it.'),
  internal: failed('A fault of ours: please report it with the output of --debug.'),
  interrupted: temporary('Ended by SIGINT or SIGTERM; the message says what is left behind.'),

  // files and definitions
  'file-not-found': failed('A file or folder that was named is not there.'),
  'file-unreadable': failed('A file is there and cannot be read as what it should be.'),
  'file-too-large': failed('A file is larger than we take.'),
  'path-escape': failed('A path, or a symbolic link, leads out of the schema directory.'),
  'not-utf8': failed('A text file holds bytes that are not UTF-8.'),
  'yaml-invalid': failed('mooring.yaml is not YAML that we take.'),
  'definition-invalid': failed('mooring.yaml does not say what a DatabaseSchema must say.'),
  'definition-not-found': failed('No mooring.yaml at or below the folder.'),
  'definition-duplicate': failed('Two definitions have one name.'),
  'definition-nested': failed('A definition lies among the files of another.'),
  'definition-ambiguous': failed('Several definitions where exactly one is needed.'),

  // Git
  'git-failed': failed('Git is not there, or refused what was asked of it; the message has its words.'),
  'revision-unknown': failed('A Git revision that is not there, or in which the schema directory is not.'),

  // migrations and SQL
  'migration-name-invalid': failed('A file in the migrations folder is named as no migration is.'),
  'migration-duplicate': failed('Two files claim one version or name.'),
  'migration-invalid': failed('A migration says something that a migration cannot say.'),
  'directive-invalid': failed('A `-- mooring:` directive that is not known or not well formed.'),
  'sql-unterminated': failed('A quote, comment, dollar quote or COPY block has no end.'),
  'copy-invalid': failed('COPY … FROM stdin whose data cannot be told from the SQL around them.'),
  'sql-client-command': failed('A command of a database client that is no SQL.'),
  'transaction-control': failed(
    'BEGIN, COMMIT, ROLLBACK or SAVEPOINT in a migration that runs in a transaction.',
  ),
  'no-migrations': failed('A definition with no migration and nothing desired.'),

  // Jobs in a cluster
  'secret-missing': refused('What a Secret should hold is not there: which one, the message says.'),
  'birth-unknown': refused(
    'Nobody can tell whether this Job or the newest claim came first: the cluster does not let it look at itself.',
  ),
  'not-migrated': refused('Files and database disagree, and the definition says gate: none.'),
  'cluster-unreachable': temporary('The API server of the cluster did not answer.'),
  'deadline-passed': temporary('The time that the Job may take was over.'),

  // bundles
  'bundle-invalid': failed('A bundle whose index and files do not agree.'),
  'bundle-incomplete': temporary('A bundle whose chunks have not all arrived.'),
  'bundle-too-large': failed('More files than fit into the objects that carry them.'),

  // rendering
  'image-missing': failed('Nothing says which image the Jobs in the cluster are to run.'),
  'manifest-invalid': failed('A file of `manifests` holds what is not passed through to the cluster.'),
  'object-duplicate': failed('Two rendered objects would have one kind and name.'),
  'output-too-large': failed('More than what renders for a controller can hand over at once.'),

  // the server
  'connection-invalid': failed('A database URL or setting that cannot be used.'),
  'connection-failed': temporary('The database server could not be reached.'),
  'connection-refused': failed('The server answered and let us not in: password, database or TLS.'),
  'connection-lost': temporary('The connection was lost and did not come back before the deadline.'),
  'server-unsupported': failed('A server, or a version of it, that we do not run on.'),
  'pooler-detected': refused('A pooler in transaction mode stands between us and the server.'),
  'read-only': temporary('The server is a standby or read-only.'),
  'lock-busy': temporary('Another run holds the lock.'),
  'lock-lost': temporary('The lock was lost while a run was in progress.'),
  'lock-timeout': temporary('A statement waited for a table lock until its time was up, in every attempt.'),
  'sql-failed': failed('The server refused a statement.'),
  'privilege-missing': failed('The role lacks a right that the run needs.'),
  busy: temporary('The catalog changed under each attempt to read it.'),

  // what the history refuses
  'dump-refused': refused('A database that holds what cannot be written as SQL.'),
  'revert-refused': refused('Drift that no SQL of ours can put back, or that would not come out as it was.'),
  'revert-inexact': failed('Drift was put back, and what stands now is not what was recorded.'),
  'snapshot-renewed': refused(
    'The snapshot was of another model, server or scope; it was renewed, and nothing else.',
  ),
  'baseline-needed': refused('The database has objects and no history.'),
  'claimed-by-another': refused('The history belongs to another DatabaseSchema.'),
  'another-cluster': refused(
    'The history was written from another cluster: nothing is taken away from here.',
  ),
  'history-writable': refused('Others than the migrator may write the history.'),
  'history-newer': refused('Our tables were written by a newer version.'),
  'history-diverged': refused('Database and files each have migrations that the other has not.'),
  'history-invalid': failed('Our tables hold what no version of ours wrote.'),
  'publication-all-tables': refused('A publication FOR ALL TABLES would replicate our tables.'),
  'checksum-changed': refused('An applied migration was edited.'),
  'out-of-order': refused('A migration that was not applied stands before one that was.'),
  'contract-before-expand': refused('A contract migration with an expand one after it.'),
  'reapply-after-rollback': refused('Would apply again what was undone less than 15 minutes ago.'),
  superseded: refused('A newer bundle rules this database.'),
  'statement-in-doubt': refused('A statement may or may not have run; nobody can tell but a person.'),
  'journal-open': refused('Another migration stands half-applied and must end first.'),
  'resume-changed': refused('A statement before the point of resume was changed.'),
  'not-resumable': refused('A migration whose session cannot be built up again.'),

  // plans
  'snapshot-invalid': failed('A snapshot file that is none.'),
  'hazard-refused': refused('A statement can do what the definition refuses.'),
  'hazard-unapproved': refused('A plan can do what a person has to approve first.'),
  'plan-refused': refused('Would have to make, drop or change what no plan of ours can.'),
  'plan-unproven': refused('The statements of a plan do not lead where they should.'),
  'scratch-refused': refused(
    'A statement that would reach beyond the scratch database in which it is to be tried.',
  ),
  'scratch-missing': failed('SQL files are to be read and there is no server to run them on.'),

  // holds of an undo
  'data-loss': refused('Would lose data.'),
  'undo-missing': refused('A migration without an undo.'),
  'undo-irreversible': refused('A migration that says it is irreversible.'),
  'undo-inexact': refused('The undo does not lead back to what was there before.'),
  'undo-unproven': refused('Nothing is recorded to compare the result of the undo with.'),
  'undo-failed': failed('A statement of the undo failed; all of it was taken back.'),
  'undo-blocked': refused('Something that is not ours depends on what would be dropped.'),
  'undo-below-baseline': refused('The undo would pass a baseline.'),
  'undo-too-many': refused('More migrations than rollback.max.'),
  'undo-everything': refused('No applied migration would be left.'),
  'undo-tampered': refused('A stored undo is not the one that was recorded.'),
  'version-unknown': failed('No applied migration has that version.'),

  // findings of validate and lint
  'runs-journaled': failed(
    'The file has a statement that cannot run in a transaction block: all of it is journaled.',
  ),
} as const satisfies Record<string, CodeFacts>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The reason of a condition that an error code becomes: `undo-inexact` is `UndoInexact`. */
export type ErrorReason = PascalCase<ErrorCode>;

type PascalCase<Kebab extends string> = Kebab extends `${infer Head}-${infer Tail}`
  ? `${Capitalize<Head>}${PascalCase<Tail>}`
  : Capitalize<Kebab>;

/** `undo-inexact` → `UndoInexact`: hyphens are not legal in a Kubernetes condition's reason. */
export function reasonOf(code: ErrorCode): ErrorReason {
  return code.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase()) as ErrorReason;
}
