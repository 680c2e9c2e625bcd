import type { JsonMap } from '../values.ts';
import type { Kinds } from './kinds.ts';

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** What the API server says of itself at the roots of its paths; undefined for any other path. */
export function discover(kinds: Kinds, path: string): JsonMap | undefined {
  const [root, group = '', version = '', ...rest] = path.split('/').slice(1);
  if (path === '/version') return { major: '1', minor: '34', gitVersion: 'v1.34.0', platform: 'rehearsal' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(kinds) };
  if (root === 'api' && group === 'v1' && version === '') return resources(kinds, '', 'v1');
  if (root === 'apis' && version !== '' && rest.length === 0) {
    const known = kinds.all().some((kind) => kind.group === group && kind.version === version);
    return known ? resources(kinds, group, version) : undefined;
  }
  return undefined;
}

function groupsOf(kinds: Kinds): readonly JsonMap[] {
  const names = [...new Set(kinds.all().map(({ group }) => group))].filter((group) => group !== '').sort();
  return names.map((name) => {
    const versions = [...new Set(kinds.all().flatMap((kind) => (kind.group === name ? [kind.version] : [])))];
    const listed = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: listed, preferredVersion: listed[0] ?? null };
  });
}

function resources(kinds: Kinds, group: string, version: string): JsonMap {
  const found = kinds.all().filter((kind) => kind.group === group && kind.version === version);
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: found.flatMap(({ plural, kind, namespaced, status }) => [
      { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs: VERBS },
      ...(status
        ? [
            {
              name: `${plural}/status`,
              singularName: '',
              namespaced,
              kind,
              verbs: ['get', 'patch', 'update'],
            },
          ]
        : []),
    ]),
  };
}
