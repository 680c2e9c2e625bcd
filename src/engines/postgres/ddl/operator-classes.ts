import type { CatalogObject } from '../../../catalog/catalog.ts';
import { plainRules } from './plain.ts';
import { listOf, textOf } from './text.ts';

export const operatorFamilies = plainRules({
  weight: 48,
  named: (family) => `OPERATOR FAMILY ${name(family)} USING ${textOf(family, 'method')}`,
  create: (family) => `CREATE OPERATOR FAMILY ${name(family)} USING ${textOf(family, 'method')}`,
  parts(before, after) {
    const [was, is] = [before === undefined ? [] : listOf(before, 'items'), listOf(after, 'items')];
    const on = `ALTER OPERATOR FAMILY ${name(after)} USING ${textOf(after, 'method')}`;
    const gone = was.filter((item) => !is.includes(item)).map(dropText);
    const added = is.filter((item) => !was.includes(item));
    return [
      ...(gone.length === 0 ? [] : [{ sql: `${on} DROP ${gone.join(', ')}`, stage: 'part' as const }]),
      ...(added.length === 0 ? [] : [{ sql: `${on} ADD ${added.join(', ')}`, stage: 'part' as const }]),
    ];
  },
  alter: ({ changed }) => (changed.has('method') ? undefined : []),
});

export const operatorClasses = plainRules({
  weight: 49,
  named: (each) => `OPERATOR CLASS ${name(each)} USING ${textOf(each, 'method')}`,
  create(each) {
    const storage = textOf(each, 'storage');
    const items = [...listOf(each, 'items'), ...(storage === undefined ? [] : [`STORAGE ${storage}`])];
    // One without items stores what it indexes.
    const list = items.length === 0 ? [`STORAGE ${textOf(each, 'type')}`] : items;
    return `CREATE OPERATOR CLASS ${name(each)}${each.properties.default === true ? ' DEFAULT' : ''} FOR TYPE ${textOf(each, 'type')} USING ${textOf(each, 'method')} FAMILY ${textOf(each, 'family')} AS\n  ${list.join(',\n  ')}`;
  },
});

function name(object: CatalogObject): string {
  return object.identity.slice(0, object.identity.lastIndexOf(' using '));
}

/** `OPERATOR 1 <(a, b)` → `OPERATOR 1 (a, b)`: what is dropped is named by number and types. */
function dropText(item: string): string {
  const [, word, number, types] = /^(OPERATOR|FUNCTION) (\d+) .*?(\([^()]*\))/.exec(item) ?? [];
  return `${word} ${number} ${types}`;
}
