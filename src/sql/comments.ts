/** The `\n` or `\r` that ends a line comment, or the text's end. */
export function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || unit === 13) return at;
  }
  return text.length;
}

/** After the closing of a block comment whose inside begins at `from`; beyond the text's end if there is none. */
export function endOfBlock(text: string, from: number, nested: boolean): number {
  let depth = 1;
  let at = from;
  while (depth > 0) {
    const star = text.indexOf('*', at);
    if (star < 0) return text.length + 1;
    if (nested && star > at && text[star - 1] === '/') {
      depth++;
      at = star + 1;
    } else if (text[star + 1] === '/') {
      depth--;
      at = star + 2;
    } else at = star + 1;
  }
  return at;
}
