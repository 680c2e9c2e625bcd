import { join } from 'node:path';
import { type Json, type JsonObject, MooringError } from '../api/api.ts';
import {
  type FoundDefinition,
  filesNamed,
  parseYamlDocuments,
  readFileBelow,
  renamed,
  type YamlFile,
} from '../definition/definition.ts';
import type { KubernetesObject } from './object.ts';

/** A file; the parser takes less, and says how much. */
const READ_LIMIT = 64 * 1024 * 1024;

/** Of all manifests of one definition. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * The objects in the files that `manifests` names, as they are; a List as its items.
 * Throws `manifest-invalid` for what is no Kubernetes object or holds the values of a Secret, `file-not-found` for a
 * name or a pattern that nothing bears, and as `readFileBelow` and `parseYamlDocuments`.
 */
export async function readManifests({
  dir,
  definition,
}: FoundDefinition): Promise<readonly KubernetesObject[]> {
  const found: KubernetesObject[] = [];
  let size = 0;
  for (const path of await filesNamed(dir, definition.spec.manifests, 'spec.manifests')) {
    const bytes = await attempt(dir, path, () => readFileBelow(dir, path, READ_LIMIT));
    size += bytes.byteLength;
    if (size > MOST_BYTES) throw tooLarge(join(dir, path));
    for (const document of parseYamlDocuments(bytes, join(dir, path))) {
      for (const value of itemsOf(document.value)) found.push(objectOf(value, document));
    }
  }
  return found;
}

/** Errors name files from where the user stands. */
async function attempt<T>(dir: string, path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof MooringError ? renamed(error, join(dir, path)) : error;
  }
}

function itemsOf(value: Json): readonly Json[] {
  return isObject(value) && value.apiVersion === 'v1' && value.kind === 'List' && Array.isArray(value.items)
    ? (value.items as readonly Json[])
    : [value];
}

function objectOf(value: Json, document: YamlFile): KubernetesObject {
  if (!isObject(value))
    throw invalid(document, 'is no Kubernetes object: expected a mapping with apiVersion, kind and metadata');
  const { apiVersion, kind, metadata } = value;
  if (!isText(apiVersion) || !isText(kind)) {
    throw invalid(document, 'is no Kubernetes object: expected apiVersion and kind');
  }
  if (!isObject(metadata) || !(isText(metadata.name) || isText(metadata.generateName))) {
    throw invalid(document, `is a ${kind} without a name: expected metadata.name`);
  }
  if (apiVersion === 'v1' && kind === 'Secret' && holdsValues(value)) {
    throw invalid(
      document,
      'is a Secret with its values in it, which whoever may read manifests could read',
      'Let it be made in the cluster (an ExternalSecret, a SealedSecret), or apply it by other means.',
    );
  }
  refuseLongKeys(value, document);
  return value as unknown as KubernetesObject;
}

function holdsValues({ data, stringData }: JsonObject): boolean {
  return [data, stringData].some((values) => isObject(values) && Object.keys(values).length > 0);
}

/** Readers take a key without a mark of its own only up to 1,024 characters, escapes written out. */
function refuseLongKeys(value: Json, document: YamlFile): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key.length > 160)
      throw invalid(document, 'has a key of more than 160 characters, which no Kubernetes object has');
    refuseLongKeys(member, document);
  }
}

function tooLarge(file: string): MooringError {
  return new MooringError(
    'file-too-large',
    `${file} and the manifests before it have more than 8 MiB together.`,
    {
      file,
      hint: 'Let Argo CD apply large manifests from a source of their own.',
    },
  );
}

function invalid(document: YamlFile, what: string, hint = ''): MooringError {
  const where = document.where([]);
  return new MooringError('manifest-invalid', `${where.file}:${where.line}: ${what}.`, { ...where, hint });
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
