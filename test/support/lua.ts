import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fetchedPackage, fetchPackage } from './debian-package.ts';
import { goTool } from './go-tools.ts';

export interface Question {
  /** Epoch seconds that the script is told. */
  readonly now: number;
  readonly object: unknown;
}

/** What the script returned, or how it failed. */
export type Answer = { readonly status: string; readonly message: string } | { readonly error: string };

/** Runs a health script once for each question. */
export interface LuaInterpreter {
  readonly name: string;
  ask(script: string, questions: readonly Question[]): readonly Answer[];
}

const PACKAGE = 'lua5.1';

/** Debian's Lua 5.1: an interpreter by others than Argo CD's. Returns a sentence if it could not be had. */
export async function fetchLua(): Promise<readonly string[]> {
  if (luaCommand() !== undefined) return [];
  return fetchPackage(PACKAGE, /^lib(readline|tinfo)/).then(
    () => [],
    (error: unknown) => [`Lua 5.1 could not be fetched from Debian: ${String(error).split('\n')[0]}`],
  );
}

/** Those that this machine has, Argo CD's own first; and sentences about those it has not. */
export function interpreters(): {
  readonly there: readonly LuaInterpreter[];
  readonly missing: readonly string[];
} {
  const argocd = goTool('argocd-health');
  const lua = luaCommand();
  return {
    there: [
      ...(argocd === undefined ? [] : [argocdLua(argocd)]),
      ...(lua === undefined ? [] : [debianLua(lua)]),
    ],
    missing: [
      ...(argocd === undefined ? ["Argo CD's Lua (gopher-lua) was not built: it needs Go (make setup)"] : []),
      ...(lua === undefined ? ['Lua 5.1 is not there: make setup fetches it from Debian'] : []),
    ],
  };
}

function argocdLua(program: string): LuaInterpreter {
  return {
    name: "Argo CD's (gopher-lua)",
    ask(script, questions) {
      const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
      return execFileSync(program, [script], { input, encoding: 'utf8', maxBuffer: 1 << 28 })
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Answer);
    },
  };
}

interface LuaCommand {
  readonly path: string;
  readonly libraries: string;
}

function luaCommand(): LuaCommand | undefined {
  const fetched = fetchedPackage(PACKAGE);
  if (fetched === undefined) return undefined;
  const path = join(fetched.folder, 'usr/bin/lua5.1');
  return existsSync(path) ? { path, libraries: fetched.libraries } : undefined;
}

/** Only what Argo CD gives a script; each answer as hexadecimal, which no text of a script can break. */
const SANDBOX = `
local base = {}
for _, name in ipairs({"assert","error","getmetatable","ipairs","next","pairs","pcall","rawequal","rawget","rawset",
  "select","setmetatable","tonumber","tostring","type","unpack","xpcall","table"}) do base[name] = _G[name] end
-- The methods of strings come with the string library, which a script has not.
getmetatable("").__index = nil
local gsub, format, byte = string.gsub, string.format, string.byte
local hex = function(text) return (gsub(text, ".", function(c) return format("%02x", byte(c)) end)) end
for line in io.lines() do
  local question = loadstring(line)()
  local env = {}
  for name, value in pairs(base) do env[name] = value end
  env.obj = question.object
  env.require = function(name)
    if name ~= "os" then error("module " .. name .. " not found") end
    return { time = function() return question.now end }
  end
  local chunk = setfenv(assert(loadfile(script)), env)
  local fine, result = pcall(chunk)
  if not fine then print("error " .. hex(tostring(result)))
  elseif type(result) ~= "table" or type(result.status) ~= "string" or type(result.message) ~= "string" then
    print("error " .. hex("no table with status and message"))
  else print(hex(result.status) .. " " .. hex(result.message)) end
end
`;

function debianLua({ path, libraries }: LuaCommand): LuaInterpreter {
  return {
    name: 'Lua 5.1',
    ask(script, questions) {
      const asked = questions.map((question) => `return ${literal(question)}\n`).join('');
      const args = ['-e', `local script = ${literal(script)}${SANDBOX}`];
      const env = { ...process.env, LD_LIBRARY_PATH: libraries };
      return execFileSync(path, args, { input: asked, env, encoding: 'utf8', maxBuffer: 1 << 28 })
        .trimEnd()
        .split('\n')
        .map(readAnswer);
    },
  };
}

function readAnswer(line: string): Answer {
  const [status = '', message = ''] = line
    .split(' ')
    .map((part, at) => (part === 'error' && at === 0 ? part : plain(part)));
  return status === 'error' ? { error: message } : { status, message };
}

const plain = (hex: string): string => Buffer.from(hex, 'hex').toString('utf8');

/** JSON as Lua writes it; null is nil, so it is not there, and in a list takes no place (as in Argo CD). */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (typeof value === 'string')
    return `"${[...Buffer.from(value)].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"`;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value))
    return `{${value
      .filter((item) => item !== null)
      .map(literal)
      .join(',')}}`;
  return `{${Object.entries(value)
    .map(([key, member]) => `[${literal(key)}]=${literal(member)}`)
    .join(',')}}`;
}
