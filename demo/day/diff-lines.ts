import { dump } from 'js-yaml';
import { type Resource, titleOf } from '../../src/rehearsal/rehearsal.ts';

/** What `argocd app diff` prints: lines that are in the cluster (`<`) and that Git would have (`>`). */
export function diffLines(differing: readonly Resource[]): readonly string[] {
  return differing.flatMap(({ ref, diff }) => {
    if (diff === undefined) return [`===== ${titleOf(ref)} ====== not in both`];
    const [live, wanted] = [linesOf(diff.live), linesOf(diff.predicted)];
    return [
      `===== ${titleOf(ref)} ======`,
      ...live.filter((line) => !wanted.includes(line)).map((line) => `< ${line}`),
      ...wanted.filter((line) => !live.includes(line)).map((line) => `> ${line}`),
    ];
  });
}

function linesOf(object: object): readonly string[] {
  return dump(object, { sortKeys: true, lineWidth: -1 }).split('\n');
}
