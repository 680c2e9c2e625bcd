import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Draft } from '../../rules.ts';
import { plainRules } from './plain.ts';
import { mapOf, textOf } from './text.ts';

export const textSearchParsers = plainRules({
  weight: 50,
  owned: false,
  named: ({ identity }) => `TEXT SEARCH PARSER ${identity}`,
  create(parser) {
    const headline = textOf(parser, 'headline');
    return `CREATE TEXT SEARCH PARSER ${parser.identity} (START = ${textOf(parser, 'start')}, GETTOKEN = ${textOf(parser, 'getToken')}, END = ${textOf(parser, 'end')}, LEXTYPES = ${textOf(parser, 'lexTypes')}${headline === undefined ? '' : `, HEADLINE = ${headline}`})`;
  },
});

export const textSearchTemplates = plainRules({
  weight: 50,
  owned: false,
  named: ({ identity }) => `TEXT SEARCH TEMPLATE ${identity}`,
  create(template) {
    const init = textOf(template, 'init');
    return `CREATE TEXT SEARCH TEMPLATE ${template.identity} (${init === undefined ? '' : `INIT = ${init}, `}LEXIZE = ${textOf(template, 'lexize')})`;
  },
});

export const textSearchDictionaries = plainRules({
  weight: 51,
  named: ({ identity }) => `TEXT SEARCH DICTIONARY ${identity}`,
  create(dictionary) {
    const options = textOf(dictionary, 'options');
    return `CREATE TEXT SEARCH DICTIONARY ${dictionary.identity} (TEMPLATE = ${textOf(dictionary, 'template')}${options === undefined ? '' : `, ${options}`})`;
  },
  alter({ before, after, changed }) {
    if (changed.has('template')) return undefined;
    const [was, is] = [optionsOf(before), optionsOf(after)];
    const changes = [
      ...[...is]
        .filter(([name, value]) => was.get(name) !== value)
        .map(([name, value]) => `${name} = ${value}`),
      ...[...was.keys()].filter((name) => !is.has(name)),
    ];
    return [{ sql: `ALTER TEXT SEARCH DICTIONARY ${after.identity} (${changes.join(', ')})` }];
  },
});

/** `name = 'value', …`, as the server writes them. */
function optionsOf(dictionary: CatalogObject): ReadonlyMap<string, string> {
  const options = textOf(dictionary, 'options') ?? '';
  const found = options.matchAll(/("(?:[^"]|"")*"|[\p{L}\p{N}_$]+) = (E?'(?:[^']|'')*')/gu);
  return new Map(Array.from(found, ([, name = '', value = '']) => [name, value]));
}

export const textSearchConfigurations = plainRules({
  weight: 52,
  named: ({ identity }) => `TEXT SEARCH CONFIGURATION ${identity}`,
  create: (configuration) =>
    `CREATE TEXT SEARCH CONFIGURATION ${configuration.identity} (PARSER = ${textOf(configuration, 'parser')})`,
  parts: mappingChanges,
  alter: ({ changed }) => (changed.has('parser') ? undefined : []),
});

function mappingChanges(before: CatalogObject | undefined, after: CatalogObject): readonly Draft[] {
  const [was, is] = [before === undefined ? {} : mapOf(before, 'mappings'), mapOf(after, 'mappings')];
  const text = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : '');
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].sort().flatMap((token): readonly Draft[] => {
    const [old, now] = [text(was[token]), text(is[token])];
    if (old === now) return [];
    const change =
      now === ''
        ? `DROP MAPPING FOR ${token}`
        : `${old === '' ? 'ADD' : 'ALTER'} MAPPING FOR ${token} WITH ${now}`;
    return [{ sql: `ALTER TEXT SEARCH CONFIGURATION ${after.identity} ${change}`, stage: 'part' }];
  });
}
