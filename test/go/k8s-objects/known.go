package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
)

// What is wrong with an object of a kind that Kubernetes has: unknown, double and mistyped fields.
func decode(line []byte) []string {
	if _, err := decodeStrict(line); err != nil {
		return []string{err.Error()}
	}
	return []string{}
}

func decodeStrict(text []byte) (runtime.Object, error) {
	options := serializer.SerializerOptions{Yaml: true, Strict: true}
	reader := serializer.NewSerializerWithOptions(serializer.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, options)
	object, _, err := reader.Decode(text, nil, nil)
	return object, err
}

// What becomes of a ConfigMap or Deployment, as it is live, when somebody else applies a part of one on the server.
func apply(livePath string, part []byte) (any, error) {
	text, err := os.ReadFile(livePath)
	if err != nil {
		return nil, err
	}
	live, err := decodeStrict(text)
	if err != nil {
		return nil, err
	}
	var named metav1.PartialObjectMetadata
	if err := json.Unmarshal(part, &named); err != nil {
		return nil, err
	}
	ctx := context.Background()
	how := metav1.PatchOptions{FieldManager: "kubectl"}
	client := fake.NewClientset()
	switch live := live.(type) {
	case *corev1.ConfigMap:
		maps := client.CoreV1().ConfigMaps(live.Namespace)
		if _, err := maps.Create(ctx, live, metav1.CreateOptions{FieldManager: "before"}); err != nil {
			return nil, err
		}
		return maps.Patch(ctx, named.Name, types.ApplyPatchType, part, how)
	case *appsv1.Deployment:
		deployments := client.AppsV1().Deployments(live.Namespace)
		if _, err := deployments.Create(ctx, live, metav1.CreateOptions{FieldManager: "before"}); err != nil {
			return nil, err
		}
		return deployments.Patch(ctx, named.Name, types.ApplyPatchType, part, how)
	}
	return nil, fmt.Errorf("apply: %T is not built", live)
}
