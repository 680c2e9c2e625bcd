const { readFileSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const { dirname } = process.getBuiltinModule('node:path');
const { Script, constants } = process.getBuiltinModule('node:vm');

/** A bundle as Node wraps it, which scripts/build.ts compiles as well: byte for byte the same. */
export function wrapped(source: string): string {
  return `(function (exports, require, module, __filename, __dirname) {\n${source}\n})`;
}

/** Where what V8 made of a bundle lies: another version of Node, or another machine, makes something else. */
export function compiledName(file: string): string {
  return `${file}.${process.version}-${process.arch}`;
}

/**
 * Runs a CommonJS bundle; gives what it exports. What V8 made of it when it was built is used if it lies beside it, and
 * fits this Node: reading half a megabyte of JavaScript anew takes longer than most of what is asked of it. It is ASCII,
 * and read as such: a text with anything else takes twice the memory.
 */
export function loadCompiled(file: string): unknown {
  const cachedData = readIfThere(compiledName(file));
  const script = new Script(wrapped(readFileSync(file, 'latin1')), {
    filename: file,
    // Lines are counted as in the file.
    lineOffset: -1,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
