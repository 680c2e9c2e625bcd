// Runs a health script the way Argo CD does: the same interpreter (gopher-lua), the same libraries (base, package,
// table, and an os of two functions that only require gives), one second. Only the clock is the caller's.
//
// Usage: argocd-health SCRIPT. Each line of standard input is {"now": <epoch seconds>, "object": {…}}; each line of
// standard output {"status": …, "message": …} or {"error": …}.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	lua "github.com/yuin/gopher-lua"
)

type question struct {
	Now    int64 `json:"now"`
	Object any   `json:"object"`
}

type answer struct {
	Status  string `json:"status,omitempty"`
	Message string `json:"message"`
	Error   string `json:"error,omitempty"`
}

func main() {
	script, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fail(err)
		}
		if err := out.Encode(health(string(script), asked)); err != nil {
			fail(err)
		}
	}
	if err := lines.Err(); err != nil {
		fail(err)
	}
}

func health(script string, asked question) answer {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	open(state, lua.LoadLibName, lua.OpenPackage)
	open(state, lua.BaseLibName, lua.OpenBase)
	open(state, lua.TabLibName, lua.OpenTable)
	state.PreloadModule(lua.OsLibName, func(l *lua.LState) int {
		l.Push(l.SetFuncs(l.NewTable(), clock(time.Unix(asked.Now, 0))))
		return 1
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	state.SetContext(ctx)
	state.SetGlobal("obj", toLua(state, asked.Object))
	if err := state.DoString(script); err != nil {
		return answer{Error: err.Error()}
	}
	table, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return answer{Error: "the script returned " + state.Get(-1).Type().String() + ", not a table"}
	}
	status, isText := table.RawGetString("status").(lua.LString)
	if !isText {
		return answer{Error: "status is " + table.RawGetString("status").Type().String()}
	}
	message := table.RawGetString("message")
	if message != lua.LNil && message.Type() != lua.LTString {
		return answer{Error: "message is " + message.Type().String()}
	}
	return answer{Status: string(status), Message: lua.LVAsString(message)}
}

func open(state *lua.LState, name string, library lua.LGFunction) {
	call := lua.P{Fn: state.NewFunction(library), NRet: 0, Protect: true}
	if err := state.CallByParam(call, lua.LString(name)); err != nil {
		fail(err)
	}
}

func clock(now time.Time) map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"time": func(l *lua.LState) int {
			l.Push(lua.LNumber(now.Unix()))
			return 1
		},
		"date": func(l *lua.LState) int {
			l.Push(lua.LString(now.UTC().Format(time.RFC3339)))
			return 1
		},
	}
}

// JSON as Argo CD hands it over: null is nil, so a key with null is not there.
func toLua(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case float64:
		return lua.LNumber(value)
	case string:
		return lua.LString(value)
	case []any:
		list := state.NewTable()
		for _, item := range value {
			list.Append(toLua(state, item))
		}
		return list
	case map[string]any:
		table := state.NewTable()
		for key, item := range value {
			table.RawSetString(key, toLua(state, item))
		}
		return table
	}
	return lua.LNil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
