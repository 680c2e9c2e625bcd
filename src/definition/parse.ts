import { createHash } from 'node:crypto';
import { DEFINITION_SCHEMA, type Definition, type Json, MooringError, type Problem } from '../api/api.ts';
import { furtherChecks } from './checks.ts';
import { fillDefaults } from './defaults.ts';
import { mergePatch } from './merge-patch.ts';
import { type Violation, validate } from './validate.ts';
import { parseYaml, type YamlFile } from './yaml.ts';

export interface DefinitionSource {
  /** As errors name it. */
  readonly file: string;
  /** A JSON merge patch (RFC 7396) over it, written in YAML. */
  readonly overlay?: { readonly file: string; readonly content: string | Uint8Array };
}

/**
 * `mooring.yaml` as a Definition, all defaults filled. Pure.
 * Throws `definition-invalid` with all problems at once (of very many the first 100), each with file, line and column;
 * `yaml-invalid`, `not-utf8` and `file-too-large` for what is no YAML that we take.
 */
export function parseDefinition(content: string | Uint8Array, source: DefinitionSource): Definition {
  const base = parseYaml(content, source.file);
  const overlay =
    source.overlay === undefined ? undefined : parseYaml(source.overlay.content, source.overlay.file);
  const raw = overlay === undefined ? base.value : mergePatch(base.value, overlay.value ?? {});
  if (raw === null) {
    throw new MooringError('definition-invalid', `${source.file} is empty: expected a DatabaseSchema.`, {
      file: source.file,
      hint: 'Write one with `mooring init`.',
    });
  }
  const violations = [...validate(DEFINITION_SCHEMA, raw), ...furtherChecks(raw)];
  if (violations.length > 0) throw invalid(violations.slice(0, MOST_PROBLEMS), base, overlay);
  return definitionOf(raw);
}

/** Finding the place of each takes time. */
const MOST_PROBLEMS = 100;

/** The one place where what was read becomes what the rest of the code relies on. */
function definitionOf(raw: Json): Definition {
  const filled = fillDefaults(DEFINITION_SCHEMA, raw) as unknown as Definition;
  const { spec } = filled;
  return {
    ...filled,
    spec: {
      ...spec,
      drift: { ...spec.drift, schedule: spec.drift.schedule ?? scheduleFor(filled.metadata.name) },
      locks: { timeout: String(spec.locks.timeout), final: String(spec.locks.final) },
      scratch: Object.keys(spec.scratch).length === 0 ? { mode: 'auto' } : spec.scratch,
    },
  };
}

/** Every five minutes, not all databases in the same one; the same for the same name. */
function scheduleFor(name: string): string {
  const offset = createHash('sha256').update(name).digest().readUInt32BE(0) % 5;
  return `${offset}-59/5 * * * *`;
}

function invalid(
  violations: readonly Violation[],
  base: YamlFile,
  overlay: YamlFile | undefined,
): MooringError {
  const problems = violations
    .map(({ path, message, hint }): Problem => {
      const file = overlay?.has(path) === true ? overlay : base;
      return { message, ...(hint === undefined ? {} : { hint }), ...file.where(path) };
    })
    .sort(
      (a, b) =>
        Number(a.file !== base.file) - Number(b.file !== base.file) ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0),
    );
  const [first] = problems;
  if (first !== undefined && problems.length === 1)
    return new MooringError(
      'definition-invalid',
      `${first.file}:${first.line}:${first.column}: ${first.message}`,
      {
        ...first,
        problems,
      },
    );
  const lines = problems.map(
    ({ file, line, column, message, hint }) =>
      `  ${file}:${line}:${column}: ${message}${hint === undefined ? '' : ` ${hint}`}`,
  );
  return new MooringError('definition-invalid', `${problems.length} problems:\n${lines.join('\n')}`, {
    ...(first === undefined ? {} : { file: first.file, line: first.line, column: first.column }),
    hint: 'Every key is explained in the JSON Schema, docs/schemas/mooring.schema.json.',
    problems,
  });
}
