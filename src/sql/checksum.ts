import { createHash } from 'node:crypto';
import type { Token } from './dialect.ts';
import type { Directives } from './directives.ts';

/**
 * Checksum of what a file does: `t1:` and the sha256, in hex, over each token as `<bytes of UTF-8>:<text>`.
 * Words are lower-cased (A–Z, as servers do it), all else is verbatim; comments, white space and line endings between
 * tokens do not count. Directives that change how the file is executed (transaction, phase, timeouts) follow the
 * tokens, each as a comment in its shortest form, which no token can be; the other directives do not count.
 */
export function checksumOf(tokens: Iterable<Token>, directives?: Directives): string {
  const hash = createHash('sha256');
  let batch = '';
  const add = (text: string): void => {
    batch += `${Buffer.byteLength(text)}:${text}`;
    if (batch.length > BATCH) {
      hash.update(batch);
      batch = '';
    }
  };
  for (const token of tokens) add(token.kind === 'word' ? lower(token.text) : token.text);
  for (const directive of executionOf(directives)) add(`-- mooring: ${directive}`);
  return `t1:${hash.update(batch).digest('hex')}`;
}

const BATCH = 1 << 16;

function lower(word: string): string {
  return /[A-Z]/.test(word) ? word.replace(/[A-Z]+/g, (part) => part.toLowerCase()) : word;
}

function executionOf(directives: Directives | undefined): string[] {
  if (directives === undefined) return [];
  const { transaction, contract, lockTimeout, statementTimeout } = directives;
  return [
    transaction === undefined ? '' : `transaction=${transaction}`,
    contract ? 'phase=contract' : '',
    lockTimeout === undefined ? '' : `lock_timeout=${lockTimeout}`,
    statementTimeout === undefined ? '' : `statement_timeout=${statementTimeout}`,
  ].filter((text) => text !== '');
}
