import fengari from 'fengari';
import type { Health, KubeObject } from '../../src/rehearsal/rehearsal.ts';

const { lua, lauxlib, lualib, to_jsstring, to_luastring } = fengari;

/**
 * Runs a health script as Argo CD does: `obj` is the object; the libraries are base and table, and `require("os")`
 * gives the time. Throws its error. A script that returns nothing gives an empty status, as there.
 */
export function luaHealth(script: string, object: KubeObject, now: Date): Health {
  const L = lauxlib.luaL_newstate();
  for (const [name, open] of [
    ['_G', lualib.luaopen_base],
    ['table', lualib.luaopen_table],
  ] as const) {
    lauxlib.luaL_requiref(L, to_luastring(name), open, 1);
    lua.lua_pop(L, 1);
  }
  lua.lua_register(L, to_luastring('require'), (state: unknown) => {
    if (to_jsstring(lauxlib.luaL_checkstring(state, 1)) !== 'os')
      return lauxlib.luaL_error(state, to_luastring('module not found'));
    lua.lua_newtable(state);
    lua.lua_pushjsfunction(state, (inner: unknown) => {
      lua.lua_pushinteger(inner, Math.floor(now.getTime() / 1000));
      return 1;
    });
    lua.lua_setfield(state, -2, to_luastring('time'));
    return 1;
  });
  push(L, object);
  lua.lua_setglobal(L, to_luastring('obj'));
  const failed = lauxlib.luaL_loadstring(L, to_luastring(script)) !== 0 || lua.lua_pcall(L, 0, 1, 0) !== 0;
  if (failed) throw new Error(to_jsstring(lua.lua_tostring(L, -1) ?? new Uint8Array()));
  const read = (field: string) => {
    if (!lua.lua_istable(L, -1)) return '';
    lua.lua_getfield(L, -1, to_luastring(field));
    const value = lua.lua_tostring(L, -1);
    lua.lua_pop(L, 1);
    return value === null ? '' : to_jsstring(value);
  };
  return { status: read('status') as Health['status'], message: read('message') };
}

function push(L: unknown, value: unknown): void {
  if (value === null || value === undefined) lua.lua_pushnil(L);
  else if (typeof value === 'boolean') lua.lua_pushboolean(L, value);
  else if (typeof value === 'number') {
    if (Number.isInteger(value)) lua.lua_pushinteger(L, value);
    else lua.lua_pushnumber(L, value);
  } else if (typeof value === 'string') lua.lua_pushstring(L, to_luastring(value));
  else {
    lua.lua_newtable(L);
    for (const [key, member] of Object.entries(value)) {
      push(L, member);
      if (Array.isArray(value)) lua.lua_rawseti(L, -2, Number(key) + 1);
      else lua.lua_setfield(L, -2, to_luastring(key));
    }
  }
}
