const { readFileSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const { Script } = process.getBuiltinModule('node:vm');

/** A bundle as Node wraps it, which scripts/build.ts compiles as well: byte for byte the same. */
export function wrapped(source: string): string {
  return `(function (exports, require, module, __filename, __dirname) {\n${source}\n})`;
}

/** Where what V8 made of a bundle lies: another version of Node, or another machine, makes something else. */
export function compiledName(file: string): string {
  return `${file}.${process.version}-${process.arch}`;
}

/**
 * Runs a CommonJS file of a bundle and those of the bundle that it requires; gives what it exports. What V8 made of a
 * file when it was built is used if it lies beside it, and fits this Node: reading half a megabyte of JavaScript anew
 * takes longer than most of what is asked of it. It is ASCII, and read as such: a text with anything else takes twice
 * the memory.
 */
export function loadCompiled(folder: string, name: string): unknown {
  // To look for a package takes preparations that a module of Node's own does without.
  const others = (request: string): unknown =>
    request.startsWith('node:') ? process.getBuiltinModule(request) : createRequire(`${folder}/`)(request);
  const loaded = new Map<string, { exports: unknown }>();
  const load = (request: string): unknown => {
    if (!request.startsWith('./')) return others(request);
    const known = loaded.get(request);
    if (known !== undefined) return known.exports;
    const file = `${folder}/${request.slice(2)}`;
    const module = { exports: {} };
    // Before it runs: another may require it meanwhile.
    loaded.set(request, module);
    compiled(file).runInThisContext()(module.exports, load, module, file, folder);
    return module.exports;
  };
  return load(`./${name}`);
}

function compiled(file: string): import('node:vm').Script {
  const cachedData = readIfThere(compiledName(file));
  return new Script(wrapped(readFileSync(file, 'latin1')), {
    filename: file,
    // Lines are counted as in the file.
    lineOffset: -1,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
