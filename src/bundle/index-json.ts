import { API_VERSION, type BundleFile, type BundleIndex, compareBytewise, MooringError } from '../api/api.ts';
import { digestOf } from './pack.ts';

/** `index.json` as a BundleIndex whose digest has been checked. Throws `bundle-invalid`. */
export function parseIndex(bytes: Uint8Array): BundleIndex {
  const index = parsed(bytes);
  if (!isRecord(index) || index.apiVersion !== API_VERSION || index.kind !== 'Bundle') {
    throw invalid(`it is none of apiVersion ${API_VERSION} and kind Bundle`);
  }
  const { files, name, digest, definition } = index;
  if (
    typeof name !== 'string' ||
    typeof digest !== 'string' ||
    !isRecord(definition) ||
    !isRecord(definition.spec)
  ) {
    throw invalid('name, digest or definition is missing');
  }
  if (!Array.isArray(files) || !files.every(isFile)) throw invalid('its list of files is not well formed');
  files.reduce<string | undefined>((before, { path }) => {
    if (before !== undefined && compareBytewise(before, path) >= 0)
      throw invalid(`${path} is out of order or listed twice`);
    return path;
  }, undefined);
  const checked = index as unknown as BundleIndex;
  const found = digestFound(checked);
  if (found !== digest) throw invalid(`its digest is ${found}, and it says ${digest}`);
  return checked;
}

/** Values that canonical JSON cannot hold are none of ours either. */
function digestFound(index: BundleIndex): string {
  try {
    return digestOf(index);
  } catch (cause) {
    throw invalid('it holds what has no canonical form', cause);
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid('it is no JSON', cause);
  }
}

const ROLES: ReadonlySet<unknown> = new Set(['migration', 'undo', 'repeatable', 'desired']);

function isFile(file: unknown): file is BundleFile {
  return (
    isRecord(file) &&
    typeof file.path === 'string' &&
    isBelow(file.path) &&
    ROLES.has(file.role) &&
    (file.chunk === undefined || (Number.isSafeInteger(file.chunk) && Number(file.chunk) >= 0)) &&
    typeof file.key === 'string' &&
    /^(?!\.\.?$)[-._a-zA-Z0-9]+$/.test(file.key) &&
    Number.isSafeInteger(file.size) &&
    Number(file.size) >= 0 &&
    typeof file.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(file.sha256)
  );
}

function isBelow(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.split('/').includes('..');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(what: string, cause?: unknown): MooringError {
  return new MooringError('bundle-invalid', `The bundle's index.json is not one of ours: ${what}.`, {
    hint: 'Render the manifests again, and sync.',
    cause,
  });
}
