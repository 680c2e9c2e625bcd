/**
 * A text that the server spells in a way that it reads back as another one: `x IN ('a', 'b')` over a varchar column becomes
 * a cast of an array of varchar, which it would read as an array of casts. Said without the casts it becomes the same again.
 */
export function stable(text: string): string {
  return text.replace(VARCHAR_LIST, (_, value: string, sign: string, all: string, list: string) => {
    return `${value} ${sign} ${all} (ARRAY[${list}])`;
  });
}

const NAME = '(?:"(?:[^"]|"")*"|[\\p{L}_][\\p{L}\\p{N}_$]*)';
const ITEM = "'(?:[^']|'')*'::character varying";
const VARCHAR_LIST = new RegExp(
  `\\((${NAME}(?:\\.${NAME})*)\\)::text (=|<>) (ANY|ALL) \\(\\(ARRAY\\[(${ITEM}(?:, ${ITEM})*)\\]\\)::text\\[\\]\\)`,
  'gu',
);
