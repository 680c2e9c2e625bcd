import type { Token } from '../sql/sql.ts';
import type { QualifiedName } from './engine.ts';

/** A token as classification sees it. */
interface Word {
  /** Unquoted words in lower case, all else as written. */
  readonly text: string;
  readonly written: string;
  /** May be a key word: it is not quoted. */
  readonly plain: boolean;
  /** Of parentheses around it; a parenthesis itself belongs to what is around it. */
  readonly depth: number;
}

/** The name that a token stands for, as the server knows it; undefined where it cannot be one. */
export type NameOf = (written: string, plain: boolean) => string | undefined;

/**
 * The words of one statement, from left to right. What stands in parentheses is passed over, since key words that tell
 * what a statement is stand outside of them.
 */
export class Words {
  readonly #words: readonly Word[];
  readonly #nameOf: NameOf;
  #at = 0;

  private constructor(words: readonly Word[], nameOf: NameOf) {
    this.#words = words;
    this.#nameOf = nameOf;
  }

  static of(tokens: readonly Token[], nameOf: NameOf): Words {
    const words: Word[] = [];
    let depth = 0;
    for (const { kind, text } of tokens) {
      if (text === ')' || text === ']') depth -= 1;
      const plain = kind === 'word';
      words.push({ text: plain ? text.toLowerCase() : text, written: text, plain, depth });
      if (text === '(' || text === '[') depth += 1;
    }
    return new Words(words, nameOf);
  }

  /** The word that comes next; `''` at the end, and for quoted names. */
  get next(): string {
    const word = this.#words[this.#at];
    return word === undefined || (/^\w/.test(word.text) && !word.plain) ? '' : word.text;
  }

  get ended(): boolean {
    return this.#at >= this.#words.length;
  }

  /** Goes on behind these words if they come next, in this order. */
  take(...expected: readonly string[]): boolean {
    const there = expected.every((text, n) => {
      const word = this.#words[this.#at + n];
      return word !== undefined && word.text === text && (word.plain || !/^[a-z]/.test(text));
    });
    if (there) this.#at += expected.length;
    return there;
  }

  /** The first of the words that comes next, taken. */
  oneOf(...expected: readonly string[]): string | undefined {
    return expected.find((text) => this.take(text));
  }

  /** Passes over one word, or over all that is in parentheses if one opens. */
  skip(): void {
    const word = this.#words[this.#at];
    this.#at += 1;
    if (word?.text !== '(' && word?.text !== '[') return;
    while (!this.ended && (this.#words[this.#at]?.depth ?? 0) > word.depth) this.#at += 1;
    this.#at += 1;
  }

  /** A name, `schema.name` or `database.schema.name`, as the server knows it. */
  name(): QualifiedName | undefined {
    const parts: string[] = [];
    for (;;) {
      const word = this.#words[this.#at];
      const part = word === undefined ? undefined : this.#nameOf(word.written, word.plain);
      if (part === undefined) return undefined;
      parts.push(part);
      this.#at += 1;
      if (!this.take('.')) break;
    }
    const [name = '', schema] = parts.toReversed();
    return { ...(schema === undefined ? {} : { schema }), name };
  }

  /** Whether the words stand side by side somewhere outside of parentheses from here on. */
  has(...expected: readonly string[]): boolean {
    return this.#outside(this.#at).some((_, n, all) =>
      expected.every((text, more) => all[n + more]?.plain === true && all[n + more]?.text === text),
    );
  }

  /** The rest outside of parentheses, in parts that commas divide. */
  parts(): readonly Words[] {
    const parts: Word[][] = [[]];
    let depth: number | undefined;
    for (const word of this.#words.slice(this.#at)) {
      depth ??= word.depth;
      if (word.text === ',' && word.depth === depth) parts.push([]);
      else parts.at(-1)?.push(word);
    }
    return parts.map((words) => new Words(words, this.#nameOf));
  }

  /** What is in the parentheses that open next, in parts that commas divide; none if none do. */
  options(): readonly Words[] {
    if (this.next !== '(') return [];
    const start = this.#at + 1;
    this.skip();
    return new Words(this.#words.slice(start, this.#at - 1), this.#nameOf).parts();
  }

  #outside(from: number): readonly Word[] {
    const around = this.#words[from]?.depth ?? 0;
    return this.#words.slice(from).filter(({ depth }) => depth === around);
  }
}
