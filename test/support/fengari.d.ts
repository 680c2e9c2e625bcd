/** The part of the Lua interpreter that `lua-health.ts` uses; the package brings no types. */
declare module 'fengari' {
  type State = unknown;
  type Text = Uint8Array;
  type Native = (state: State) => number;
  const fengari: {
    readonly to_luastring: (text: string) => Text;
    readonly to_jsstring: (text: Text) => string;
    readonly lua: {
      readonly lua_pop: (state: State, count: number) => void;
      readonly lua_register: (state: State, name: Text, native: Native) => void;
      readonly lua_newtable: (state: State) => void;
      readonly lua_pushjsfunction: (state: State, native: Native) => void;
      readonly lua_pushinteger: (state: State, value: number) => void;
      readonly lua_pushnumber: (state: State, value: number) => void;
      readonly lua_pushboolean: (state: State, value: boolean) => void;
      readonly lua_pushstring: (state: State, value: Text) => void;
      readonly lua_pushnil: (state: State) => void;
      readonly lua_setfield: (state: State, index: number, name: Text) => void;
      readonly lua_getfield: (state: State, index: number, name: Text) => void;
      readonly lua_rawseti: (state: State, index: number, position: number) => void;
      readonly lua_setglobal: (state: State, name: Text) => void;
      readonly lua_pcall: (state: State, args: number, results: number, handler: number) => number;
      readonly lua_tostring: (state: State, index: number) => Text | null;
      readonly lua_istable: (state: State, index: number) => boolean;
    };
    readonly lauxlib: {
      readonly luaL_newstate: () => State;
      readonly luaL_requiref: (state: State, name: Text, open: Native, global: number) => void;
      readonly luaL_checkstring: (state: State, index: number) => Text;
      readonly luaL_error: (state: State, message: Text) => number;
      readonly luaL_loadstring: (state: State, script: Text) => number;
    };
    readonly lualib: { readonly luaopen_base: Native; readonly luaopen_table: Native };
  };
  export default fengari;
}
