package main

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// expandMetadata reads the block `metadata`.
func expandMetadata(d *schema.ResourceData) map[string]any {
	metadata := map[string]any{}
	for attribute, field := range map[string]string{
		"name": "name", "namespace": "namespace", "generate_name": "generateName",
	} {
		if text, _ := d.Get("metadata.0." + attribute).(string); text != "" {
			metadata[field] = text
		}
	}
	for _, name := range []string{"labels", "annotations"} {
		if values := d.Get("metadata.0." + name).(map[string]any); len(values) > 0 {
			metadata[name] = values
		}
	}
	return metadata
}

// flattenMetadata leaves out what Kubernetes and the user's ignore rules own, unless it is configured.
func flattenMetadata(d *schema.ResourceData, object map[string]any, connection *connection) []any {
	metadata := object["metadata"].(map[string]any)
	values := map[string]any{}
	for attribute, field := range map[string]string{
		"name": "name", "namespace": "namespace", "generate_name": "generateName",
		"resource_version": "resourceVersion", "uid": "uid",
	} {
		if text, ok := metadata[field].(string); ok {
			values[attribute] = text
		}
	}
	if generation, ok := metadata["generation"].(float64); ok {
		values["generation"] = int(generation)
	}
	for name, ignored := range map[string][]string{
		"labels": connection.ignoreLabels, "annotations": connection.ignoreAnnotations,
	} {
		configured, _ := d.Get("metadata.0." + name).(map[string]any)
		kept := map[string]any{}
		actual, _ := metadata[name].(map[string]any)
		for key, value := range actual {
			_, own := configured[key]
			if own || (!isInternalKey(key) && !matchesAny(ignored, key)) {
				kept[key] = value
			}
		}
		values[name] = kept
	}
	return []any{values}
}

// isInternalKey says whether the provider hides a label or annotation that Kubernetes maintains:
// hashicorp/terraform-provider-kubernetes v2.38.0, kubernetes/structures.go.
func isInternalKey(key string) bool {
	address, err := url.Parse("//" + key)
	if err != nil {
		return false
	}
	host := address.Hostname()
	if host == "app.kubernetes.io" || host == "service.beta.kubernetes.io" {
		return false
	}
	return strings.HasSuffix(host, "kubernetes.io") ||
		strings.Contains(key, "deprecated.daemonset.template.generation")
}

func matchesAny(expressions []string, key string) bool {
	for _, expression := range expressions {
		if matched, err := regexp.MatchString(expression, key); err == nil && matched {
			return true
		}
	}
	return false
}

func idOf(object map[string]any) string {
	metadata := object["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	if namespace, ok := metadata["namespace"].(string); ok && namespace != "" {
		return namespace + "/" + name
	}
	return name
}
