import { textAt } from '../values.ts';
import { type KubeObject, labelsOf } from './object.ts';

/** Do a labelSelector (`a=b,c!=d,e,!f`) and a fieldSelector (`metadata.name=x`) take the object? */
export function isSelected(object: KubeObject, query: URLSearchParams): boolean {
  const labels = terms(query.get('labelSelector')).every((term) =>
    fits(term, (name) => textAt(labelsOf(object), name)),
  );
  return (
    labels &&
    terms(query.get('fieldSelector')).every((term) =>
      fits(term, (path) => textAt(object, ...path.split('.'))),
    )
  );
}

function terms(selector: string | null): readonly string[] {
  return (selector ?? '').split(',').filter((term) => term !== '');
}

function fits(term: string, found: (name: string) => string | undefined): boolean {
  const [, name = '', operator, wanted] = /^(!?[^=!]+)(==|=|!=)?(.*)$/.exec(term.trim()) ?? [];
  if (operator === undefined)
    return name.startsWith('!') ? found(name.slice(1)) === undefined : found(name) !== undefined;
  return (found(name) === wanted) === (operator !== '!=');
}
