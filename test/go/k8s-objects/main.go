// Kubernetes' own code as a judge of our manifests. One command a run:
//
//	k8s-objects crd CRD                  is the definition one that an API server takes?
//	k8s-objects custom CRD               objects of that kind, one JSON a line on standard input: what is wrong with
//	                                     each, which fields would be dropped, and the cells that kubectl get shows
//	k8s-objects decode                   objects of Kubernetes' own kinds, likewise: unknown or mistyped fields
//	k8s-objects apply LIVE               LIVE after the object on standard input was applied to it, server side, by
//	                                     another manager
//
// Answers are one JSON a line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "crd":
		problems, err := checkDefinition(args[1])
		if err != nil {
			return err
		}
		return answer(problems)
	case len(args) == 2 && args[0] == "custom":
		kind, err := readKind(args[1])
		if err != nil {
			return err
		}
		return eachLine(func(line []byte) (any, error) { return kind.judge(line) })
	case len(args) == 1 && args[0] == "decode":
		return eachLine(func(line []byte) (any, error) { return decode(line), nil })
	case len(args) == 2 && args[0] == "apply":
		return eachLine(func(line []byte) (any, error) { return apply(args[1], line) })
	}
	return fmt.Errorf("unknown command: %v", args)
}

func eachLine(judge func([]byte) (any, error)) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		verdict, err := judge(lines.Bytes())
		if err != nil {
			return err
		}
		if err := answer(verdict); err != nil {
			return err
		}
	}
	return lines.Err()
}

func answer(value any) error {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	return out.Encode(value)
}
