import type { Line } from './play.ts';

/**
 * What a scenario says beside its whole trace: `shows` holds lines that must come in this order, each a text that a
 * line contains, with `…` for anything; `[0.1..0.5]` before it are the seconds since the line before; `3x` before it is
 * how often it comes in all. `never` holds texts that no line may contain.
 */
export function brokenClaims(
  lines: readonly Line[],
  shows: readonly string[],
  never: readonly string[],
): readonly string[] {
  const broken: string[] = [];
  let [index, second] = [0, 0];
  for (const claim of shows) {
    const [, count, countedText = ''] = /^(\d+)x (.*)$/.exec(claim) ?? [];
    if (count !== undefined) {
      const found = lines.filter(({ text }) => contains(text, countedText)).length;
      if (found !== Number(count)) broken.push(`${claim}: comes ${found} times`);
      continue;
    }
    const [, least, most, text = ''] = /^(?:\[([\d.]+)\.\.([\d.]+)\] )?(.*)$/.exec(claim) ?? [];
    const at = lines.findIndex((line, n) => n >= index && contains(line.text, text));
    const line = lines[at];
    if (line === undefined) {
      broken.push(`${claim}: does not come, or not after what stands before it`);
      continue;
    }
    const passed = line.second - second;
    if (least !== undefined && (passed < Number(least) || passed > Number(most)))
      broken.push(`${claim}: comes after ${passed.toFixed(2)} s`);
    index = at + 1;
    second = line.second;
  }
  for (const claim of never) {
    const line = lines.find(({ text }) => contains(text, claim));
    if (line !== undefined) broken.push(`never ${claim}: ${line.text}`);
  }
  return broken;
}

function contains(text: string, wanted: string): boolean {
  let from = 0;
  return wanted.split('…').every((part) => {
    const at = text.indexOf(part.trim(), from);
    from = at + part.trim().length;
    return at >= 0;
  });
}
