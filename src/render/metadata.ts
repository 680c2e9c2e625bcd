import { type Definition, LABELS, MANAGED_BY, type Role } from '../api/api.ts';
import type { Mapping } from './object.ts';

type Texts = Readonly<Record<string, string>>;

/** The labels that every object of a DatabaseSchema bears. */
export function labelsOf({ metadata }: Definition, role: Role): Texts {
  return { [LABELS.managedBy]: MANAGED_BY, [LABELS.schema]: metadata.name, [LABELS.role]: role };
}

/** Name, labels, and annotations if there are any. No namespace: the controller knows it. */
export function metadataOf(name: string, labels: Texts, annotations: Texts = {}): Mapping {
  return { name, labels, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) };
}
