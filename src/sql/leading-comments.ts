import { endOfBlock, endOfLine } from './comments.ts';
import type { Dialect } from './dialect.ts';

interface Comment {
  /** From its `--` to the end of its line. */
  readonly text: string;
  readonly start: number;
}

/** How comments differ between servers. */
interface CommentStyle {
  readonly nested: boolean;
  /** `--` begins a comment only before white space. */
  readonly dashesNeedSpace: boolean;
  readonly hash: boolean;
  /** Block comments that the server executes begin with one of these. */
  readonly executed: readonly string[];
}

const MYSQL: CommentStyle = { nested: false, dashesNeedSpace: true, hash: true, executed: ['/*!', '/*M!'] };
const STYLES: Readonly<Record<Dialect['name'], CommentStyle>> = {
  postgres: { nested: true, dashesNeedSpace: false, hash: false, executed: [] },
  mysql: MYSQL,
  mariadb: MYSQL,
};

/** The `--` comments before a text's first token; other comments between them are passed over. */
export function* leadingComments(text: string, dialect: Dialect['name']): Generator<Comment> {
  const style = STYLES[dialect];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (' \t\r\n\f\v'.includes(char)) at++;
    else if (isDashes(text, at, style)) {
      const end = endOfLine(text, at);
      yield { text: text.slice(at, end), start: at };
      at = end;
    } else if (style.hash && char === '#') at = endOfLine(text, at);
    else if (text.startsWith('/*', at) && !style.executed.some((start) => text.startsWith(start, at))) {
      at = endOfBlock(text, at + 2, style.nested);
    } else return;
  }
}

function isDashes(text: string, at: number, style: CommentStyle): boolean {
  if (!text.startsWith('--', at)) return false;
  return !style.dashesNeedSpace || at + 2 >= text.length || text.charCodeAt(at + 2) <= 32;
}
