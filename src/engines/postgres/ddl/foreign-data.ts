import type { CatalogObject } from '../../../catalog/catalog.ts';
import { plainRules, secretRefusal } from './plain.ts';
import { listOf, optionName, quoted, textOf } from './text.ts';

export const foreignDataWrappers = plainRules({
  weight: 50,
  named: ({ identity }) => `FOREIGN DATA WRAPPER ${identity}`,
  grants: ({ identity }) => ({ on: `FOREIGN DATA WRAPPER ${identity}`, type: 'usage' }),
  create: (wrapper) =>
    `CREATE FOREIGN DATA WRAPPER ${wrapper.identity} ${textOf(wrapper, 'handler') === undefined ? 'NO HANDLER' : `HANDLER ${textOf(wrapper, 'handler')}`} ${textOf(wrapper, 'validator') === undefined ? 'NO VALIDATOR' : `VALIDATOR ${textOf(wrapper, 'validator')}`}${foreignOptions(wrapper)}`,
  alter({ before, after, changed }) {
    const words = (['handler', 'validator'] as const).flatMap((name) => {
      const value = textOf(after, name);
      if (!changed.has(name)) return [];
      return [value === undefined ? `NO ${name.toUpperCase()}` : `${name.toUpperCase()} ${value}`];
    });
    const options = optionsChange(before, after);
    const what = [...words, ...(options === undefined ? [] : [options])];
    return what.length === 0
      ? []
      : [{ sql: `ALTER FOREIGN DATA WRAPPER ${after.identity} ${what.join(' ')}` }];
  },
  more: { refusal: secretRefusal },
});

export const servers = plainRules({
  weight: 51,
  named: ({ identity }) => `SERVER ${identity}`,
  grants: ({ identity }) => ({ on: `FOREIGN SERVER ${identity}`, type: 'usage' }),
  create(server) {
    const [type, version] = [textOf(server, 'type'), textOf(server, 'version')];
    return `CREATE SERVER ${server.identity}${type === undefined ? '' : ` TYPE ${quoted(type)}`}${version === undefined ? '' : ` VERSION ${quoted(version)}`} FOREIGN DATA WRAPPER ${textOf(server, 'wrapper')}${foreignOptions(server)}`;
  },
  alter({ before, after, changed }) {
    const version = textOf(after, 'version');
    if (changed.has('type') || changed.has('wrapper') || (changed.has('version') && version === undefined))
      return undefined;
    const options = optionsChange(before, after);
    const what = [
      ...(changed.has('version') ? [`VERSION ${quoted(version ?? '')}`] : []),
      ...(options === undefined ? [] : [options]),
    ];
    return what.length === 0 ? [] : [{ sql: `ALTER SERVER ${after.identity} ${what.join(' ')}` }];
  },
  more: { refusal: secretRefusal },
});

export const userMappings = plainRules({
  weight: 52,
  owned: false,
  named: (mapping) => `USER MAPPING FOR ${textOf(mapping, 'role')} SERVER ${textOf(mapping, 'server')}`,
  create: (mapping) =>
    `CREATE USER MAPPING FOR ${textOf(mapping, 'role')} SERVER ${textOf(mapping, 'server')}${foreignOptions(mapping)}`,
  alter: optionsInPlace(
    (mapping) => `USER MAPPING FOR ${textOf(mapping, 'role')} SERVER ${textOf(mapping, 'server')}`,
  ),
  more: { refusal: secretRefusal },
});

/** ` OPTIONS (name 'value')`, or nothing. */
export function foreignOptions(object: CatalogObject, property = 'options'): string {
  const options = listOf(object, property);
  return options.length === 0 ? '' : ` OPTIONS (${options.map(optionWord).join(', ')})`;
}

/** What leads from one's options to the other's; secret ones can only be taken away, or become what may be told. */
export function optionsChange(
  before: CatalogObject,
  after: CatalogObject,
  property = 'options',
): string | undefined {
  const kept = listOf(after, 'secretOptions');
  const gone = listOf(before, 'secretOptions').filter((name) => !kept.includes(name));
  return foreignOptionChanges(
    [...listOf(before, property), ...gone.map((name) => `${name}=`)],
    listOf(after, property),
  );
}

/** What leads from one list to the other. */
export function foreignOptionChanges(
  before: readonly string[],
  after: readonly string[],
): string | undefined {
  const [was, is] = [new Set(before.map(optionName)), new Set(after.map(optionName))];
  const changes = [
    ...[...was].filter((name) => !is.has(name)).map((name) => `DROP ${quotedName(name)}`),
    ...after
      .filter((option) => !before.includes(option))
      .map((option) => `${was.has(optionName(option)) ? 'SET' : 'ADD'} ${optionWord(option)}`),
  ];
  return changes.length === 0 ? undefined : `OPTIONS (${changes.join(', ')})`;
}

function optionWord(option: string): string {
  return `${quotedName(optionName(option))} ${quoted(option.slice(option.indexOf('=') + 1))}`;
}

function quotedName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function optionsInPlace(named: (object: CatalogObject) => string) {
  return ({
    before,
    after,
    changed,
  }: {
    before: CatalogObject;
    after: CatalogObject;
    changed: ReadonlySet<string>;
  }) => {
    if (
      [...changed].some(
        (name) => !['options', 'secretOptions', 'comment', 'owner', 'privileges'].includes(name),
      )
    )
      return undefined;
    const change = optionsChange(before, after);
    return change === undefined ? [] : [{ sql: `ALTER ${named(after)} ${change}` }];
  };
}
