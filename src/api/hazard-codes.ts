interface HazardFacts {
  /** One sentence for the documented list. */
  readonly means: string;
  /** Whether a plan of ours may do it unless a definition says otherwise: by itself, or only when a person has approved it. */
  readonly unless: 'allowed' | 'approval';
}

/**
 * What a statement can do to data or traffic. Adding a code is compatible, renaming one is not: policies in Git name
 * them.
 */
export const HAZARD_CODES = {
  'data-loss': {
    unless: 'approval',
    means:
      "Rows, values or a sequence's place go, or values are changed so that the old ones cannot be had back.",
  },
  'table-rewrite': {
    unless: 'approval',
    means: 'Every row is written anew, while nobody may read or write the table (ACCESS EXCLUSIVE).',
  },
  'fails-on-rows': {
    unless: 'allowed',
    means: 'Refused by the server if rows stand against it: NULLs, duplicates, values that do not fit.',
  },
  'blocks-reads': {
    unless: 'allowed',
    means:
      'ACCESS EXCLUSIVE on the object: nobody reads or writes it meanwhile; and while it waits for the lock, nobody does either.',
  },
  'blocks-writes': {
    unless: 'allowed',
    means: 'SHARE or SHARE ROW EXCLUSIVE on the object: reading goes on, writing waits.',
  },
  'long-scan': {
    unless: 'allowed',
    means:
      'Every row is looked at, which takes long on a large table; what waits meanwhile, another code says.',
  },
  'not-transactional': {
    unless: 'allowed',
    means: 'Runs in no transaction block: cut short, it leaves something behind.',
  },
  'dependency-drop': {
    unless: 'allowed',
    means: 'Takes with it what depends on the object, or what an extension made.',
  },
  'privilege-change': { unless: 'allowed', means: 'Who may see or do what is another one afterwards.' },
} as const satisfies Record<string, HazardFacts>;

export type HazardCode = keyof typeof HAZARD_CODES;

/** What a statement can do, to which object, in words. */
export interface Hazard {
  readonly code: HazardCode;
  /** `<kind> <identity>`. */
  readonly object: string;
  readonly detail: string;
}
