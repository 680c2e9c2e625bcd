import type { SqlSource, TokenKind } from '../dialect.ts';
import { type CopyData, CopyWatch, findCopyData } from './copy.ts';
import { Lexer } from './lexer.ts';
import { plainStatement } from './plain.ts';
import { clientCommand, refusal } from './refusals.ts';
import { restrictEnd } from './restrict.ts';
import { RoutineWatch } from './routine.ts';
import { StringSetting } from './string-setting.ts';

/** What a walk through a text meets, by offsets in UTF-16 units. */
export interface Visitor {
  /** Every token, `;` included; COPY data come as one token after the `;` of their statement. */
  token?(kind: TokenKind, start: number, end: number): void;
  /** After a statement's last token; for COPY … FROM stdin, where its data begin and end. */
  statement?(start: number, end: number, data?: CopyData): void;
}

/**
 * Goes through a text once and finds where its statements end: at a `;` outside of parentheses and of the body of
 * CREATE FUNCTION … BEGIN ATOMIC, as psql does. Throws `sql-unterminated`, `sql-client-command`.
 */
export function walk(source: SqlSource, visitor: Visitor): void {
  const watched = visitor.token !== undefined || WATCHED.test(source.text);
  const plain = watched ? undefined : plainStatement(source.text);
  if (plain === undefined) new Walk(source, visitor).run(watched);
  else visitor.statement?.(plain.start, plain.end);
}

class Walk {
  readonly #source: SqlSource;
  readonly #visitor: Visitor;
  readonly #lexer: Lexer;
  readonly #setting: StringSetting;
  readonly #copy: CopyWatch;
  readonly #routine: RoutineWatch;
  /** Of the statement that is being read; -1 between statements. */
  #start = -1;
  #end = -1;
  #depth = 0;

  constructor(source: SqlSource, visitor: Visitor) {
    this.#source = source;
    this.#visitor = visitor;
    this.#lexer = new Lexer(source.text, source.file);
    this.#setting = new StringSetting(source.text, source.settings?.standardConformingStrings ?? true);
    this.#copy = new CopyWatch(source.text);
    this.#routine = new RoutineWatch(source.text);
    this.#lexer.standardStrings = this.#setting.on;
  }

  /** `watched`: each token counts. */
  run(watched: boolean): void {
    const lexer = this.#lexer;
    for (;;) {
      if (!watched && lexer.skim()) this.#pass(lexer.start, lexer.end);
      if (!lexer.next()) break;
      if (lexer.kind === 'client') this.#client(lexer.start);
      else if (this.#endsStatement()) this.#finish(lexer.start, lexer.end);
      else this.#take();
    }
    if (this.#copy.isFromStdin) throw this.#copyWithoutEnd();
    if (this.#start >= 0) this.#visitor.statement?.(this.#start, this.#end);
  }

  #endsStatement(): boolean {
    const { kind, start } = this.#lexer;
    if (kind !== 'punctuation' || this.#source.text.charCodeAt(start) !== SEMICOLON) return false;
    return this.#depth === 0 && !this.#routine.inBody;
  }

  #take(): void {
    const { kind, start, end } = this.#lexer;
    if (kind === 'client') return;
    const { text } = this.#source;
    if (this.#start < 0) this.#begin(start);
    if (kind === 'punctuation') {
      const code = text.charCodeAt(start);
      if (code === OPEN) this.#depth++;
      else if (code === CLOSE && this.#depth > 0) this.#depth--;
    }
    this.#setting.see(kind, start, end);
    this.#copy.see(kind, start, end, this.#depth);
    this.#routine.see(kind, start, end, this.#depth);
    this.#end = end;
    this.#visitor.token?.(kind, start, end);
  }

  /** Words that nobody watches. */
  #pass(start: number, end: number): void {
    if (this.#start < 0) this.#begin(start);
    this.#end = end;
  }

  #begin(start: number): void {
    this.#start = start;
    this.#setting.begin();
    this.#copy.begin();
    this.#routine.begin();
  }

  #finish(start: number, end: number): void {
    if (this.#start < 0) return;
    this.#visitor.token?.('punctuation', start, end);
    const data = this.#copy.isFromStdin ? findCopyData(this.#source, end) : undefined;
    if (data !== undefined) {
      this.#visitor.token?.('data', data.start, data.end);
      this.#lexer.moveTo(data.next);
    }
    this.#setting.finish();
    this.#lexer.standardStrings = this.#setting.on;
    this.#visitor.statement?.(this.#start, this.#end, data);
    this.#start = -1;
    this.#copy.begin();
  }

  /** psql's \restrict, which dumps begin and end with, does nothing to the server; all else is refused. */
  #client(start: number): void {
    const { file, text } = this.#source;
    if (this.#start < 0) {
      const end = restrictEnd(text, start);
      if (end >= 0) {
        this.#lexer.moveTo(end);
        return;
      }
    }
    throw this.#copy.isFromStdin ? this.#copyWithoutEnd() : clientCommand(file, text, start);
  }

  #copyWithoutEnd(): Error {
    const { file, text } = this.#source;
    return refusal(
      'sql-unterminated',
      file,
      text,
      this.#start,
      'COPY … FROM stdin has no ; at its end; expected one before its data',
      'End the statement with ; and begin the data on the next line.',
    );
  }
}

/** Without one of these words a text has neither COPY data nor a body of SQL, nor does it change how strings are read. */
const WATCHED = /std(?:in|out)|atomic|standard_conforming_strings/i;

const OPEN = 40;
const CLOSE = 41;
const SEMICOLON = 59;
