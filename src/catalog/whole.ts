import { createHash, type Hash } from 'node:crypto';
import { compareBytewise, sortBytewise } from '../api/api.ts';

/** Lines that are hashed again together when one of them changes. */
const BLOCK = 1_000;

/** Lines as bytes, outside of the heap: it is as large as all names of a database, and a garbage collection takes its time while locks are held. */
interface Lines {
  readonly first: string;
  readonly bytes: Buffer;
}

interface Block extends Lines {
  /** Of all blocks before this one. */
  readonly before: Hash;
}

/**
 * The whole's fingerprint (`fingerprintOfAll`), kept so that a few changed objects do not cost a sort and a hash of all:
 * sorted lines in blocks, with the state of the hash before each.
 */
export class WholeFingerprint {
  readonly fingerprint: string;
  readonly #blocks: readonly Block[];

  private constructor(blocks: readonly Block[]) {
    this.#blocks = blocks;
    const last = blocks.at(-1);
    const hash = last === undefined ? createHash('sha256') : last.before.copy().update(last.bytes);
    this.fingerprint = hash.digest('hex');
  }

  static of(fingerprints: ReadonlyMap<string, string>): WholeFingerprint {
    const lines = sortBytewise(Array.from(fingerprints, ([key, fingerprint]) => lineOf(key, fingerprint)));
    return new WholeFingerprint(chained([], cut(lines)));
  }

  /** After changes of objects' fingerprints, undefined for what is gone. `before` are the ones that this is of. */
  after(
    before: ReadonlyMap<string, string>,
    changes: ReadonlyMap<string, string | undefined>,
  ): WholeFingerprint {
    const edits = new Map<number, { readonly gone: Set<string>; readonly come: string[] }>();
    const editAt = (line: string) => {
      const at = this.#blockOf(line);
      const edit = edits.get(at) ?? { gone: new Set<string>(), come: [] };
      edits.set(at, edit);
      return edit;
    };
    for (const [key, fingerprint] of changes) {
      const old = before.get(key);
      if (old === fingerprint) continue;
      if (old !== undefined) editAt(lineOf(key, old)).gone.add(lineOf(key, old));
      if (fingerprint !== undefined) editAt(lineOf(key, fingerprint)).come.push(lineOf(key, fingerprint));
    }
    if (edits.size === 0) return this;
    const first = Math.min(...edits.keys());
    // The very first lines have no block to go to yet.
    const blocks = this.#blocks.length === 0 ? [NO_LINES] : this.#blocks;
    const rest = blocks.slice(first).flatMap((block, n) => {
      const edit = edits.get(first + n);
      if (edit === undefined) return [block];
      return cut(sortBytewise([...linesOf(block).filter((line) => !edit.gone.has(line)), ...edit.come]));
    });
    return new WholeFingerprint(chained(this.#blocks.slice(0, first), rest));
  }

  /** The last block that begins at or before the line; the first one for lines before all. */
  #blockOf(line: string): number {
    let [low, high] = [0, this.#blocks.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (compareBytewise(this.#blocks[middle]?.first ?? '', line) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const NO_LINES: Lines = { first: '', bytes: Buffer.alloc(0) };

function cut(lines: readonly string[]): Lines[] {
  // A block that grows stays whole up to twice its size.
  const size = lines.length <= 2 * BLOCK ? 2 * BLOCK : BLOCK;
  const parts: Lines[] = [];
  for (let at = 0; at < lines.length; at += size) {
    const part = lines.slice(at, at + size);
    parts.push({ first: part[0] ?? '', bytes: Buffer.from(part.join('')) });
  }
  return parts;
}

/** A name may hold line breaks, but not what ends a line: it is shorter than that. */
function linesOf({ bytes }: Lines): readonly string[] {
  return bytes.toString().match(/.*? [0-9a-f]{64}\n/gs) ?? [];
}

function lineOf(key: string, fingerprint: string): string {
  return `${key} ${fingerprint}\n`;
}

/** Lines after blocks, as blocks: each with the state of the hash before it. */
function chained(done: readonly Block[], rest: readonly Lines[]): readonly Block[] {
  const blocks = [...done];
  const last = blocks.at(-1);
  let hash = last === undefined ? createHash('sha256') : last.before.copy().update(last.bytes);
  for (const { first, bytes } of rest) {
    blocks.push({ first, bytes, before: hash });
    hash = hash.copy().update(bytes);
  }
  return blocks;
}
