import type { CatalogObject } from '../../../catalog/catalog.ts';
import { plainRules } from './plain.ts';
import { textOf } from './text.ts';

export const languages = plainRules({
  weight: 30,
  named: ({ identity }) => `LANGUAGE ${identity}`,
  grants: ({ identity }) => ({ on: `LANGUAGE ${identity}`, type: 'language' }),
  create(language) {
    const said = (property: string, word: string): string => {
      const value = textOf(language, property);
      return value === undefined ? '' : ` ${word} ${value}`;
    };
    return `CREATE ${language.properties.trusted === true ? 'TRUSTED ' : ''}LANGUAGE ${language.identity}${said('handler', 'HANDLER')}${said('inline', 'INLINE')}${said('validator', 'VALIDATOR')}`;
  },
});

export const transforms = plainRules({
  weight: 47,
  owned: false,
  named: (transform) =>
    `TRANSFORM FOR ${textOf(transform, 'type')} LANGUAGE ${textOf(transform, 'language')}`,
  alter: ({ after }) => [{ sql: transformSql('CREATE OR REPLACE', after) }],
  create: (transform) => transformSql('CREATE', transform),
});

function transformSql(create: string, transform: CatalogObject): string {
  const said = (property: string, words: string): readonly string[] => {
    const value = textOf(transform, property);
    return value === undefined ? [] : [`${words} WITH FUNCTION ${value}`];
  };
  return `${create} TRANSFORM FOR ${textOf(transform, 'type')} LANGUAGE ${textOf(transform, 'language')} (${[...said('fromSql', 'FROM SQL'), ...said('toSql', 'TO SQL')].join(', ')})`;
}

export const accessMethods = plainRules({
  weight: 30,
  owned: false,
  named: ({ identity }) => `ACCESS METHOD ${identity}`,
  create: (method) =>
    `CREATE ACCESS METHOD ${method.identity} TYPE ${textOf(method, 'type')?.toUpperCase()} HANDLER ${textOf(method, 'handler')}`,
});
