/** A name as the model spells it: in backticks only where its characters ask for them, whatever the server reserves;
 * `on` stands between names in an identity. */
export function spelled(name: string): string {
  return PLAIN.test(name) && !/^on$/i.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

/** Undoes `spelled`. */
export function unspelled(text: string): string {
  return text.startsWith('`') ? text.slice(1, -1).replaceAll('``', '`') : text;
}

/** The names in an identity, as they were before `spelled`: `g on t` → g, t; `t.note` → t, note. */
export function namesOf(identity: string): readonly string[] {
  return (identity.match(/`(?:[^`]|``)*`|[^.`\s]+/gu) ?? []).filter((word) => word !== 'on').map(unspelled);
}

/** Characters of unquoted names (MySQL manual, "Schema Object Names"); digits alone would be a number. */
const PLAIN = /^(?![0-9]+$)[0-9A-Za-z_$\u0080-\uffff]+$/;
