import { at, isMap, type Json, same, textAt } from '../values.ts';
import { ApiError } from './api-error.ts';
import type { Kind } from './kinds.ts';
import type { KubeObject } from './object.ts';

const KIB = 1024;

/** Throws `Invalid` for what the API server refuses of any object: too large annotations, too large ConfigMaps. */
export function validate(object: KubeObject, kind: Kind): void {
  const annotations = at(object, 'metadata', 'annotations') ?? {};
  const size = Object.entries(annotations as object)
    .flat()
    .join('').length;
  if (size > 256 * KIB) {
    throw invalid(object, kind, `metadata.annotations: Too long: may not be more than ${256 * KIB} bytes`);
  }
  if (!['ConfigMap', 'Secret'].includes(kind.kind) || kind.group !== '') return;
  const bytes = sizeOf(at(object, 'data'), 'utf8') + sizeOf(at(object, 'binaryData'), 'base64');
  if (bytes > KIB * KIB) throw invalid(object, kind, `[]: Too long: may not be more than ${KIB * KIB} bytes`);
}

function sizeOf(data: Json | undefined, encoding: BufferEncoding): number {
  if (!isMap(data)) return 0;
  return Object.values(data).reduce<number>(
    (sum, text) => sum + Buffer.byteLength(String(text), encoding),
    0,
  );
}

/** Fields that cannot change once an object is there. */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  'batch/Job': ['template', 'selector', 'completions', 'completionMode', 'podFailurePolicy'],
  'apps/Deployment': ['selector'],
  'apps/StatefulSet': ['selector', 'serviceName', 'volumeClaimTemplates'],
  'apps/DaemonSet': ['selector'],
};

/** Throws `Invalid` for a change of what cannot be changed. */
export function validateChange(before: KubeObject, after: KubeObject, kind: Kind): void {
  const fields = IMMUTABLE[`${kind.group}/${kind.kind}`] ?? [];
  for (const field of fields) {
    if (same(at(before, 'spec', field), at(after, 'spec', field))) continue;
    throw invalid(
      after,
      kind,
      `spec.${field}: Invalid value: ${shown(at(after, 'spec', field))}: field is immutable`,
    );
  }
  if (kind.kind.endsWith('RoleBinding') && !same(before.roleRef, after.roleRef)) {
    throw invalid(after, kind, 'roleRef: Invalid value: cannot change roleRef');
  }
  if (before.immutable === true && !same(at(before, 'data'), at(after, 'data'))) {
    throw invalid(after, kind, 'data: Forbidden: field is immutable when `immutable` is set');
  }
}

function shown(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function invalid(object: KubeObject, kind: Kind, problem: string): ApiError {
  const name = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  return new ApiError('Invalid', `${name} "${textAt(object, 'metadata', 'name')}" is invalid: ${problem}`);
}
