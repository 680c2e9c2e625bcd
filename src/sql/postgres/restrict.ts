/**
 * The end of a line `\restrict KEY` or `\unrestrict KEY` that begins at an offset, -1 if it is none. pg_dump writes them
 * since its releases of August 2025, so that psql runs no commands of its own from a dump; to the server they are nothing.
 */
export function restrictEnd(text: string, start: number): number {
  LINE.lastIndex = start;
  return LINE.test(text) ? LINE.lastIndex : -1;
}

/** Keys are letters and digits; without one, or with more on the line, psql itself refuses. */
const LINE = /\\(?:un)?restrict[ \t]+[A-Za-z0-9]+[ \t]*(?=\r?\n|$)/y;
