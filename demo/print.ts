import { styleText } from 'node:util';
import type { Claim } from './story.ts';

const WIDTH = 100;

/** On a terminal only: `styleText` looks at the stream. */
export function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}

export function dim(text: string): string {
  return styleText('dim', text, { stream: process.stdout });
}

/** Breaks a text into lines that are pleasant to read. */
export function paragraph(text: string): string {
  const lines = [''];
  for (const word of text.trim().split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}

/** The closing table: what was promised, who checked it, and whether it is so. */
export function claimsTable(claims: readonly Claim[]): string {
  const width = (of: (claim: Claim) => string): number =>
    Math.max(...claims.map((claim) => of(claim).length));
  const [first, second] = [width((each) => each.claim), width((each) => each.how)];
  const line = (claim: string, how: string, holds: string): string =>
    `${claim.padEnd(first)}  ${how.padEnd(second)}  ${holds}`;
  return [
    bold(line('what was promised', 'checked by', 'so?')),
    ...claims.map(({ claim, how, holds }) => line(claim, how, holds ? 'yes' : bold('NO'))),
  ].join('\n');
}
