/** A name as the model spells it: in backticks only where its characters ask for them, whatever the server reserves. */
export function spelled(name: string): string {
  return PLAIN.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

/** Undoes `spelled`. */
export function unspelled(text: string): string {
  return text.startsWith('`') ? text.slice(1, -1).replaceAll('``', '`') : text;
}

/** The parts of a name with dots between them, as they were before `spelled`. */
export function partsOf(identity: string): readonly string[] {
  return (identity.match(/`(?:[^`]|``)*`|[^.`]+/gu) ?? []).map(unspelled);
}

/** Characters of unquoted names (MySQL manual, "Schema Object Names"); digits alone would be a number. */
const PLAIN = /^(?![0-9]+$)[0-9A-Za-z_$\u0080-\uffff]+$/;
