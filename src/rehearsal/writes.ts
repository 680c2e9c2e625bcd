import { ARGOCD } from './argocd/diff.ts';
import { ADMIN } from './cluster/access.ts';
import type { Change, Writer } from './cluster/changes.ts';
import { CONTROLLER, KUBELET } from './cluster/cluster.ts';
import { groupOf, type KubeObject, type Ref, refOf } from './cluster/object.ts';
import type { Store } from './cluster/store.ts';
import type { Tell } from './event.ts';
import { at, differences, type Json, type JsonMap, textAt } from './values.ts';

/** Tells what others than Argo CD and Kubernetes itself write: people, and Jobs by their accounts. */
export function tellWrites(store: Store, tell: Tell): void {
  store.changes.subscribe((change) => {
    if ([ARGOCD, CONTROLLER, KUBELET].includes(change.by)) return;
    const { type, object, before, by } = change;
    if (type === 'ADDED' && object.kind === 'Event') return report(object, tell);
    if (type === 'MODIFIED' && before !== undefined) return tellChange(change, before, tell);
    tell({
      type: 'written',
      object: refOf(object),
      by: nameOf(by),
      what: type === 'ADDED' ? 'created' : 'deleted',
    });
  });
}

function tellChange({ object, by }: Change, before: KubeObject, tell: Tell): void {
  const paths = differences(seen(before), seen(object));
  if (paths.length === 0) return;
  const fields = paths.map((path) => ({ path, value: shown(at(object, ...path)) }));
  tell({ type: 'changed', object: refOf(object), by: nameOf(by), fields });
}

function seen({
  metadata: { resourceVersion: _, generation: __, ...metadata },
  ...rest
}: KubeObject): JsonMap {
  return { ...rest, metadata };
}

function shown(value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function report(event: KubeObject, tell: Tell): void {
  const about = (name: string) =>
    textAt(event, 'involvedObject', name) ?? textAt(event, 'regarding', name) ?? '';
  const object: Ref = {
    group: groupOf(about('apiVersion')),
    kind: about('kind'),
    namespace: about('namespace'),
    name: about('name'),
  };
  tell({
    type: 'reported',
    object,
    level: textAt(event, 'type') ?? 'Normal',
    reason: textAt(event, 'reason') ?? '',
    message: textAt(event, 'message') ?? textAt(event, 'note') ?? '',
  });
}

/** An account by its own name, an administrator by the tool that they use. */
function nameOf({ user, manager }: Writer): string {
  return user === ADMIN ? manager : (user.split(':').at(-1) ?? user);
}
