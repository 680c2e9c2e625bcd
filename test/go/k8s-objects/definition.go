package main

import (
	"context"
	"os"
	"slices"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	crdvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apimachinery/pkg/runtime"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// What an API server would say of a CustomResourceDefinition when it is made: unknown fields, then its validation,
// which holds the rules of structural schemas.
func checkDefinition(path string) ([]string, error) {
	definition, err := readDefinition(path)
	if err != nil {
		return []string{err.Error()}, nil
	}
	v1.SetDefaults_CustomResourceDefinition(definition)
	v1.SetDefaults_CustomResourceDefinitionSpec(&definition.Spec)
	var inner apiextensions.CustomResourceDefinition
	if err := v1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(definition, &inner, nil); err != nil {
		return nil, err
	}
	return texts(crdvalidation.ValidateCustomResourceDefinition(context.Background(), &inner)), nil
}

func readDefinition(path string) (*v1.CustomResourceDefinition, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	if err := v1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	options := serializer.SerializerOptions{Yaml: true, Strict: true}
	reader := serializer.NewSerializerWithOptions(serializer.DefaultMetaFactory, scheme, scheme, options)
	definition := &v1.CustomResourceDefinition{}
	_, _, err = reader.Decode(text, nil, definition)
	return definition, err
}

// Sorted: they come in the order of a map.
func texts(problems field.ErrorList) []string {
	said := []string{}
	for _, problem := range problems {
		said = append(said, problem.Error())
	}
	slices.Sort(said)
	return said
}
