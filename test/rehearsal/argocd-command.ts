import { parseArgs } from 'node:util';
import {
  type Answer,
  type Application,
  automatedOf,
  type Rehearsal,
  type TreeNode,
  titleOf,
} from '../../src/rehearsal/rehearsal.ts';

const SILENT: Answer = { exit: 0, text: '' };

/** `argocd app VERB …`, the words after `argocd`; as much of it as the scenarios need. */
export async function argocd(
  [, verb, ...args]: readonly string[],
  { app, world }: { readonly app: Application; readonly world: Rehearsal },
): Promise<Answer> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      revision: { type: 'string', multiple: true },
      prune: { type: 'boolean' },
      async: { type: 'boolean' },
      force: { type: 'boolean' },
      strategy: { type: 'string' },
      resource: { type: 'string', multiple: true },
      refresh: { type: 'boolean' },
      'hard-refresh': { type: 'boolean' },
      'sync-policy': { type: 'string' },
      'self-heal': { type: 'boolean' },
      'auto-prune': { type: 'boolean' },
      output: { type: 'string', short: 'o' },
    },
  });
  switch (verb) {
    case 'sync':
      return app.sync({
        ...(values.revision === undefined ? {} : { revisions: values.revision }),
        prune: values.prune ?? false,
        async: values.async ?? false,
        force: values.force ?? false,
        applyOnly: values.strategy === 'apply',
        only: (values.resource ?? []).map((text) => {
          const [group = '', kind = '', name = ''] = text.split(':');
          return { group, kind, name };
        }),
      });
    case 'rollback':
      return app.rollback(positionals[1] === undefined ? undefined : Number(positionals[1]), {
        prune: values.prune ?? false,
        async: values.async ?? false,
      });
    case 'terminate-op':
      return app.terminate();
    case 'get':
      if (values.output === 'tree')
        return {
          exit: 0,
          text: world
            .tree(app)
            .map((node) => shownNode(node, 0))
            .join('\n'),
        };
      await app.refresh({ hard: values['hard-refresh'] ?? false });
      return SILENT;
    case 'set':
      app.automate(
        values['sync-policy'] === 'none'
          ? undefined
          : automatedOf({
              automated: { selfHeal: values['self-heal'] ?? false, prune: values['auto-prune'] ?? false },
            }),
      );
      return SILENT;
    case 'diff': {
      const text = app.differing.map(
        ({ ref, requiresPruning }) => `${ref.kind}/${ref.name}${requiresPruning ? ' (to be pruned)' : ''}`,
      );
      return { exit: text.length === 0 ? 0 : 1, text: text.sort().join(', ') };
    }
    case 'history':
      return {
        exit: 0,
        text: app.history.map(({ id, revisions }) => `${id}: ${revisions.join(', ')}`).join('\n'),
      };
    default:
      throw new Error(`no such step: argocd app ${verb}`);
  }
}

/** Pods have made-up names: they stand as what they are. */
function shownNode({ object, health, children }: TreeNode, depth: number): string {
  const name = object.kind === 'Pod' ? 'a Pod' : titleOf(object);
  const shown =
    health === undefined
      ? ''
      : ` ${health.status}${health.message === '' ? '' : `: ${health.message.replaceAll('\n', ' / ')}`}`;
  return [
    `${'  '.repeat(depth)}${name}${shown}`,
    ...children.map((child) => shownNode(child, depth + 1)),
  ].join('\n');
}
