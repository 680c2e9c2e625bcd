package main

import (
	"context"
	"fmt"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
)

type kind struct {
	structural *schema.Structural
	validator  validation.SchemaValidator
	columns    []v1.CustomResourceColumnDefinition
}

type verdict struct {
	Problems []string `json:"problems"`
	Dropped  []string `json:"dropped"`
	Cells    []string `json:"cells"`
}

func readKind(path string) (*kind, error) {
	definition, err := readDefinition(path)
	if err != nil {
		return nil, err
	}
	version := definition.Spec.Versions[0]
	var inner apiextensions.JSONSchemaProps
	if err := v1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &inner, nil); err != nil {
		return nil, err
	}
	structural, err := schema.NewStructural(&inner)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(&inner)
	return &kind{structural, validator, version.AdditionalPrinterColumns}, err
}

// In the order of an API server: what the schema does not know is dropped, then the rest is validated.
func (k *kind) judge(line []byte) (*verdict, error) {
	var object map[string]any
	if err := json.Unmarshal(line, &object); err != nil {
		return nil, err
	}
	options := schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	dropped := pruning.PruneWithOptions(object, k.structural, true, options)
	if dropped == nil {
		dropped = []string{}
	}
	cells, err := k.cells(object)
	if err != nil {
		return nil, err
	}
	problems := validation.ValidateCustomResource(nil, object, k.validator)
	return &verdict{texts(problems), dropped, cells}, nil
}

func (k *kind) cells(object map[string]any) ([]string, error) {
	convertor, err := tableconvertor.New(k.columns)
	if err != nil {
		return nil, err
	}
	table, err := convertor.ConvertToTable(context.Background(), &unstructured.Unstructured{Object: object}, nil)
	if err != nil {
		return nil, err
	}
	cells := []string{}
	for i, cell := range table.Rows[0].Cells {
		if cell != nil {
			cells = append(cells, fmt.Sprintf("%s=%v", table.ColumnDefinitions[i].Name, cell))
		}
	}
	return cells, nil
}
