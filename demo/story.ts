import { bold, paragraph } from './print.ts';
import type { Witness } from './witness.ts';

/** One thing that was promised, and whether somebody other than Mooring found it so. */
export interface Claim {
  readonly claim: string;
  /** By what independent means it was checked. */
  readonly how: string;
  readonly holds: boolean;
}

/** Where a part of the story takes place. */
export interface Scene {
  readonly url: string;
  readonly witness: Witness;
  readonly story: Story;
  readonly engine: string;
}

/** What is told, in chapters, and what was proven on the way. */
export class Story {
  readonly claims: Claim[] = [];
  #chapter = 0;

  part(title: string, text: string): void {
    print(`\n${bold(title.toUpperCase())}\n`);
    this.say(text);
  }

  chapter(title: string): void {
    this.#chapter += 1;
    print(`\n${bold(`${this.#chapter}. ${title}`)}\n`);
  }

  say(text: string): void {
    print(`\n${paragraph(text)}\n`);
  }

  typed(command: string): void {
    print(`\n   ${bold(`$ ${command}`)}\n`);
  }

  shown(output: string): void {
    for (const line of output.trimEnd().split('\n')) print(`   ${line}\n`);
  }

  prove(claim: string, how: string, holds: boolean): void {
    this.claims.push({ claim, how, holds });
    print(`   ${holds ? '✓' : '✗'} ${claim}\n`);
  }
}

export function print(text: string): void {
  process.stdout.write(text);
}
