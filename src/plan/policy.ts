import { hash } from 'node:crypto';
import {
  type BundledDefinition,
  canonicalJson,
  HAZARD_CODES,
  type Hazard,
  MooringError,
} from '../api/api.ts';

/** Which hazards may be: codes, or `all`; `approve` holds digests. */
export type HazardPolicy = BundledDefinition['spec']['hazards'];

/** `sha256:…` over statements in their order: what a person reads is what the digest stands for. */
export function planDigest(statements: readonly string[]): string {
  return `sha256:${hash('sha256', canonicalJson(statements))}`;
}

export interface HazardVerdict {
  /** Refused by name, whoever approves. */
  readonly refused: readonly Hazard[];
  /** Done only when a person has approved this very plan. */
  readonly unapproved: readonly Hazard[];
}

/**
 * What of the hazards stands against a plan. An approved digest is a person's word for these very statements, and counts
 * before all else; then `refuse`, then `allow`, then what a code needs by itself. `written`: the statements are a person's
 * own, who knows what they say.
 */
export function judgeHazards(
  hazards: readonly Hazard[],
  digest: string,
  policy: HazardPolicy,
  written: boolean,
): HazardVerdict {
  if (policy.approve.includes(digest)) return { refused: [], unapproved: [] };
  const names = (list: readonly string[], code: string): boolean => list.includes(code);
  const isRefused = ({ code }: Hazard): boolean =>
    names(policy.refuse, code) || (names(policy.refuse, 'all') && !names(policy.allow, code));
  const isFree = ({ code }: Hazard): boolean =>
    written ||
    HAZARD_CODES[code].unless === 'allowed' ||
    names(policy.allow, code) ||
    names(policy.allow, 'all');
  return {
    refused: hazards.filter(isRefused),
    unapproved: hazards.filter((hazard) => !isRefused(hazard) && !isFree(hazard)),
  };
}

/** Throws `hazard-refused`, `hazard-unapproved`, with the lines to paste. */
export function refuseHazards({ refused, unapproved }: HazardVerdict, digest: string): void {
  if (refused.length > 0) {
    throw new MooringError(
      'hazard-refused',
      `hazards.refuse of the definition names ${hazardsListed(refused)}`,
      {
        hint: `Write it otherwise; or, to approve these statements and no others, put into mooring.yaml, below spec:\n${approval(digest)}`,
      },
    );
  }
  if (unapproved.length > 0) {
    throw new MooringError('hazard-unapproved', `nobody has approved ${hazardsListed(unapproved)}`, {
      hint: `Read the plan; to approve it and no other, put into mooring.yaml, below spec:\n${approval(digest)}\nOr allow it in every plan: hazards: {allow: [${codes(unapproved)}]}`,
    });
  }
}

/** The lines that approve a plan. */
export function approval(digest: string): string {
  return `  hazards:\n    approve: ["${digest}"]`;
}

/** The first of them in words. */
export function hazardsListed(hazards: readonly Hazard[]): string {
  const [first, more] = [hazards.slice(0, 5), hazards.length - 5];
  const text = first
    .map(({ code, object, detail }) => `${code}${object === '' ? '' : ` (${object})`}: ${detail}`)
    .join('; ');
  return more > 0 ? `${text}; and ${more} more` : text;
}

function codes(hazards: readonly Hazard[]): string {
  return [...new Set(hazards.map(({ code }) => code))].join(', ');
}
