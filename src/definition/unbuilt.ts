import { type Definition, MooringError } from '../api/api.ts';

/** Plans of ours run where DDL is transactional, so that their result is read before it is committed. */
const NOT_PLANNED: ReadonlySet<Definition['spec']['engine']> = new Set(['mysql', 'mariadb']);

/** Values that a definition may hold and that no command carries out yet. */
const UNBUILT: readonly {
  readonly key: string;
  readonly value: string;
  readonly instead: string;
  readonly has: (definition: Definition) => boolean;
}[] = [
  {
    key: 'spec.mode',
    value: 'declarative',
    instead: 'spec.mode: versioned',
    has: ({ spec }) => spec.mode === 'declarative' && NOT_PLANNED.has(spec.engine),
  },
];

/** For commands that run something: throws `not-supported` for what this version cannot do, naming key and file. */
export function refuseUnbuilt(definition: Definition, file = 'mooring.yaml'): void {
  const found = UNBUILT.find(({ has }) => has(definition));
  if (found === undefined) return;
  throw new MooringError(
    'not-supported',
    `${file} says ${found.key}: ${found.value}, which this version does not do on ${definition.spec.engine} yet.`,
    { file, hint: `Set ${found.instead}.` },
  );
}
