import { type Application, type TreeNode, titleOf } from '../../src/rehearsal/rehearsal.ts';

/** The application's tree as Argo CD shows it: each object with its health, and what belongs to it below. */
export function treeLines(app: Application, nodes: readonly TreeNode[]): readonly string[] {
  const { status, health } = app.comparison ?? {};
  return [
    `Application/${app.settings.name}  ${status} ${health}`,
    ...nodes.flatMap((node) => linesOf(node, 1)),
  ];
}

function linesOf({ object, health, children }: TreeNode, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  // What has no health of its own, as a ConfigMap, is left out.
  if (health === undefined) return [];
  const said =
    health.status === 'Degraded' ? health.message.split('\n').map((line) => `${indent}  | ${line}`) : [];
  return [
    `${indent}${titleOf(object)}  ${health.status}`,
    ...said,
    ...children.flatMap((child) => linesOf(child, depth + 1)),
  ];
}
