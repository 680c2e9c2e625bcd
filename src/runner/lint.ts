import type { BundledDefinition, Finding, HazardCode } from '../api/api.ts';
import type { Engine } from '../engines/engines.ts';
import type { Migration, Script } from '../migrations/migrations.ts';
import { unfitFor } from './desired.ts';
import { isJournaled } from './is-journaled.ts';

/** What `validate` says beyond errors: which files are journaled, and what in them could not be gone on with after a crash. */
export async function findings(
  engine: Engine,
  definition: BundledDefinition,
  migrations: readonly Migration[],
): Promise<readonly Finding[]> {
  const all: Finding[] = [];
  for (const migration of migrations) {
    if (migration.desired !== undefined) {
      all.push(...(await unfitFor(engine, migration.desired)));
      continue;
    }
    all.push(...(await ofScript(engine, definition, migration.script)));
    if (migration.undo !== undefined)
      all.push(...(await ofScript(engine, definition, migration.undo.script)));
  }
  return all;
}

/** What `lint` adds: what can be done better. */
export async function lintFindings(
  engine: Engine,
  definition: BundledDefinition,
  migrations: readonly Migration[],
): Promise<readonly Finding[]> {
  const all = [...(await findings(engine, definition, migrations))];
  for (const migration of migrations) {
    if (
      migration.repeat === 'once' &&
      migration.undo === undefined &&
      migration.desired === undefined &&
      !migration.script.directives.irreversible
    ) {
      const undo = migration.script.file.replace(/\.sql$/, '.undo.sql');
      all.push({
        code: 'undo-missing',
        severity: 'warning',
        file: migration.script.file,
        line: 1,
        message: `migration ${migration.id} has no undo: a rollback beyond it will be held`,
        hint: `Write ${undo}, or say that there is none: -- mooring: irreversible`,
      });
    }
  }
  for (const { script } of migrations) all.push(...hazardFindings(engine, definition, script));
  const once = migrations.filter((migration) => migration.repeat === 'once');
  for (const [index, migration] of once.entries()) {
    const after = once.slice(index + 1).find((later) => later.phase === 'expand');
    if (migration.phase !== 'contract' || after === undefined) continue;
    all.push({
      code: 'contract-before-expand',
      severity: 'info',
      file: migration.script.file,
      line: 1,
      message: `a contract migration with an expand one (${after.id}) after it: a live database must be synced to ${migration.id} before it sees ${after.id}`,
      hint: 'Release the two in revisions of their own.',
    });
  }
  return all.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

/** What keeps others away for a moment only, and what is said in the text itself, are not told. */
const SEVERITY: Readonly<Partial<Record<HazardCode, Finding['severity']>>> = {
  'data-loss': 'warning',
  'table-rewrite': 'warning',
  'fails-on-rows': 'warning',
  'blocks-writes': 'warning',
  'dependency-drop': 'warning',
};

function hazardFindings(engine: Engine, definition: BundledDefinition, script: Script): readonly Finding[] {
  const { allow, refuse } = definition.spec.hazards;
  const statements = script.steps.flatMap((step) => (step.type === 'sql' ? [step.statement] : []));
  const hazards = engine.hazards?.(statements) ?? [];
  return statements.flatMap(({ line }, at) =>
    (hazards[at] ?? []).flatMap(({ code, object, detail }): readonly Finding[] => {
      const isRefused = refuse.includes(code);
      const severity = isRefused ? 'warning' : SEVERITY[code];
      const isMeant =
        allow.includes(code) ||
        allow.includes('all') ||
        (code === 'data-loss' && script.directives.losesNothing);
      if (severity === undefined || (isMeant && !isRefused)) return [];
      return [
        {
          code,
          severity,
          file: script.file,
          line,
          message: `${object === '' ? '' : `${object}: `}${detail}`,
          hint: isRefused
            ? `hazards.refuse of the definition names ${code}: a run would end here.`
            : `Where it is meant: hazards: {allow: [${code}]} in mooring.yaml.`,
        },
      ];
    }),
  );
}

async function ofScript(
  engine: Engine,
  definition: BundledDefinition,
  script: Script,
): Promise<readonly Finding[]> {
  const because = await isJournaled(engine, definition, script);
  if (because === undefined) return [];
  const all: Finding[] = [];
  if (because.reason === 'statement') {
    all.push({
      code: 'runs-journaled',
      severity: 'info',
      file: script.file,
      line: because.line,
      message: `this statement cannot run in a transaction, so the whole file runs statement by statement, each journaled: ${because.sql.split('\n')[0]?.slice(0, 80)}`,
      hint: 'Put it into a file of its own, so that the rest stays one transaction; -- mooring: transaction=off says that it is meant.',
    });
  }
  for (const step of script.steps) {
    if (step.type !== 'sql') continue;
    const kind = await engine.classify(step.statement);
    if (kind.freesLock === true) {
      all.push({
        code: 'migration-invalid',
        severity: 'error',
        file: script.file,
        line: step.statement.line,
        message: 'DISCARD ALL releases the lock that keeps other runs away',
        hint: 'Take it out: each migration begins with a session that was put back to its defaults.',
      });
    }
    if (kind.unreplayable !== undefined) {
      all.push({
        code: 'not-resumable',
        severity: 'warning',
        file: script.file,
        line: step.statement.line,
        message: `the ${kind.unreplayable} goes with its session: if this file is cut short after it, it cannot be gone on with`,
        hint: 'Use an ordinary table and drop it at the end, or make the file transactional.',
      });
    }
    if (kind.inTransaction === 'try') {
      all.push({
        code: 'statement-in-doubt',
        severity: 'info',
        file: script.file,
        line: step.statement.line,
        message:
          'if this statement ends transactions of its own and is cut short, nobody but a person can tell what it did',
        hint: 'Let it do work that can be done again.',
      });
    }
    if (kind.inTransaction === 'no' && kind.settlement === undefined) {
      all.push({
        code: 'statement-in-doubt',
        severity: 'warning',
        file: script.file,
        line: step.statement.line,
        message: 'if this statement is cut short, nobody but a person can tell whether it ran',
        hint: 'Where it builds an index, name the index; else keep it in a file of its own.',
      });
    }
  }
  return all;
}
