import type { ServerResponse } from 'node:http';
import type { ApiRequest } from './api-routes.ts';
import { authorize } from './authorize.ts';
import type { Change } from './changes.ts';
import { groupOf } from './object.ts';
import { isSelected } from './select.ts';
import type { Store } from './store.ts';

/** Streams changes, one JSON document a line, until the client goes away or its `timeoutSeconds` are over. */
export function watch(store: Store, request: ApiRequest, response: ServerResponse): void {
  const { kind, namespace, name, query } = request;
  authorize(store, { ...request, verb: 'watch', resource: request.plural });
  response.writeHead(200, { 'content-type': 'application/json' });
  const write = ({ type, object }: Pick<Change, 'type' | 'object'>) => {
    if (object.kind !== kind.kind || groupOf(object.apiVersion) !== kind.group) return;
    if (namespace !== '' && object.metadata.namespace !== namespace) return;
    if ((name !== '' && object.metadata.name !== name) || !isSelected(object, query)) return;
    response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const version = query.get('resourceVersion');
  if (version === null || version === '' || version === '0') {
    for (const object of store.list(kind, namespace === '' ? undefined : namespace))
      write({ type: 'ADDED', object });
  } else for (const change of store.changes.since(Number(version))) write(change);
  const stop = store.changes.subscribe(write);
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const timer = seconds > 0 ? setTimeout(() => response.end(), seconds * 1000) : undefined;
  response.on('close', () => {
    stop();
    clearTimeout(timer);
  });
}
