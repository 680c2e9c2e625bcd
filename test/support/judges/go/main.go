// Reads YAML documents as Argo CD does, by Kubernetes' own decoder, and prints a JSON list of them.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

func main() {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		fail(err)
	}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(input), 4096)
	documents := []json.RawMessage{}
	for {
		extension := runtime.RawExtension{}
		err := decoder.Decode(&extension)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fail(err)
		}
		raw := bytes.TrimSpace(extension.Raw)
		if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			continue
		}
		documents = append(documents, append(json.RawMessage{}, raw...))
	}
	if err := json.NewEncoder(os.Stdout).Encode(documents); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
