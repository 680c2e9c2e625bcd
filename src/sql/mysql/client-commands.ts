interface ClientCommand {
  readonly name: string;
  /** The letter after a backslash. */
  readonly letter?: string;
  readonly takesArgument: boolean;
}

/**
 * Commands that the mysql and mariadb clients run themselves (client/mysql.cc of both, table `commands`),
 * without DELIMITER, USE, and the terminators `\g` and `\G`.
 */
const COMMANDS: readonly ClientCommand[] = [
  command('?', '?', true),
  command('charset', 'C', true),
  command('clear', 'c', false),
  command('connect', 'r', true),
  command('edit', 'e', false),
  command('ego', undefined, false),
  command('exit', 'q', false),
  command('go', undefined, false),
  command('help', 'h', true),
  command('nopager', 'n', false),
  command('notee', 't', false),
  command('nowarning', 'w', false),
  command('pager', 'P', true),
  command('print', 'p', false),
  command('prompt', 'R', true),
  command('query_attributes', undefined, true),
  command('quit', 'q', false),
  command('rehash', '#', false),
  command('resetconnection', 'x', false),
  command('sandbox', '-', false),
  command('source', '.', true),
  command('ssl_session_data_print', undefined, true),
  command('status', 's', false),
  command('system', '!', true),
  command('tee', 'T', true),
  command('use', 'u', true),
  command('warnings', 'W', false),
];

/** The client's own command that a statement with this first word and rest of line would be; its name. */
export function namedCommand(word: string, rest: string): string | undefined {
  const name = word.toLowerCase();
  const found = COMMANDS.find((each) => each.name === name && name !== 'use');
  if (found === undefined) return undefined;
  return rest.trim() === '' || found.takesArgument ? found.name : undefined;
}

/** The name of the command that a backslash and this letter call. */
export function letterCommand(letter: string): string | undefined {
  return COMMANDS.find((each) => each.letter === letter)?.name;
}

/**
 * The argument of DELIMITER as the clients read it: up to the next space (a tab is part of it), or between quotes.
 * Undefined when there is none or when its quote is not closed.
 */
export function delimiterArgument(rest: string, short: boolean): string | undefined {
  const text = rest.replace(/^\s+/, '');
  const quote = /^['"`]/.exec(text)?.[0];
  const end = quote ?? ' ';
  let argument = '';
  for (let at = quote === undefined ? 0 : 1; at < text.length; at += 1) {
    const char = text[at] ?? '';
    const doubled = !short && quote !== undefined && char === quote && text[at + 1] === quote;
    if ((char === '\\' && at + 1 < text.length) || doubled) {
      at += 1;
      argument += text[at] ?? '';
    } else if (char === end) {
      return argument === '' ? undefined : argument.slice(0, LONGEST);
    } else {
      argument += char;
    }
  }
  return argument === '' || quote !== undefined ? undefined : argument.slice(0, LONGEST);
}

/** The clients keep 15 characters of a delimiter. */
const LONGEST = 15;

function command(name: string, letter: string | undefined, takesArgument: boolean): ClientCommand {
  return { name, takesArgument, ...(letter === undefined ? {} : { letter }) };
}
