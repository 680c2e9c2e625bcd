import { EVENT_ID, type Event, SCALAR_STYLE } from 'js-yaml';

interface Ambiguous {
  /** Offset in the source. */
  readonly start: number;
  readonly text: string;
  /** What to write, in a sentence's middle. */
  readonly instead: string;
}

/**
 * The first scalar without quotes that readers of YAML 1.1, among them Kubernetes' own, take for something else than
 * readers of YAML 1.2 do: `yes`, `0777`, `1_000`; or that is a number which JavaScript cannot hold exactly.
 */
export function firstAmbiguous(events: readonly Event[], source: string): Ambiguous | undefined {
  for (const event of events) {
    if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) continue;
    if (event.valueStart < 0 || event.tagStart >= 0) continue;
    const text = source.slice(event.valueStart, event.valueEnd);
    const instead = insteadOf(text);
    if (instead !== undefined) return { start: event.valueStart, text, instead };
  }
  return undefined;
}

const WORDS = /^(y|yes|on|n|no|off)$/i;
const NUMBERS: readonly RegExp[] = [
  // a leading zero: octal in 1.1
  /^[-+]?0[0-9_]+$/,
  // a sign, an upper-case letter or an underscore is in 1.1 only, and so is 0b
  /^[-+]?0([bBOX][0-9a-fA-F_]+|[ox]([0-9a-fA-F]*_[0-9a-fA-F_]*))$/,
  /^[-+]0[ox][0-9a-fA-F]+$/,
  /^[-+]?(?=[0-9._]*_)[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?$/,
];

function insteadOf(text: string): string | undefined {
  if (text.length > 100) return undefined;
  if (WORDS.test(text)) {
    return `${/^(y|yes|on)$/i.test(text) ? 'true' : 'false'}, or "${text}" if the word is meant`;
  }
  if (NUMBERS.some((pattern) => pattern.test(text)) || isInexact(text)) {
    return `"${text}" if the text is meant, or the number in its plain decimal form`;
  }
  return undefined;
}

function isInexact(text: string): boolean {
  return /^[-+]?[0-9]+$/.test(text) && !Number.isSafeInteger(Number(text));
}
