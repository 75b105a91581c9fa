package main

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-sdk/v2/terraform"
)

// The texts are those of the real provider 2.38.0 for the same configurations.
func TestChecksWhatTheRealProviderChecks(t *testing.T) {
	const subdomain = "metadata.0.name a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', " +
		"and must start and end with an alphanumeric character"
	for name, test := range map[string]struct {
		resource string
		metadata map[string]any
		spec     map[string]any
		want     string
	}{
		"a name":       {"kubernetes_config_map_v1", map[string]any{"name": "A_b"}, nil, subdomain},
		"another kind": {"kubernetes_namespace_v1", map[string]any{"name": "A_b"}, nil, subdomain},
		"a label's key": {
			"kubernetes_config_map_v1", map[string]any{"labels": map[string]any{"a b": "c"}}, nil,
			`metadata.0.labels ("a b") name part must consist of alphanumeric characters`,
		},
		"a label's value": {
			"kubernetes_config_map_v1", map[string]any{"labels": map[string]any{"a": "c d"}}, nil,
			`metadata.0.labels ("c d") a valid label must be an empty string or consist of alphanumeric characters`,
		},
		"an annotation's key": {
			"kubernetes_config_map_v1", map[string]any{"annotations": map[string]any{"Ab c": "d"}}, nil,
			`metadata.0.annotations ("Ab c") name part must consist of alphanumeric characters`,
		},
		"one of": {
			"kubernetes_pod_v1", nil, map[string]any{"restart_policy": "Sometimes"},
			`expected spec.0.restart_policy to be one of ["Always" "OnFailure" "Never"], got Sometimes`,
		},
		"a port": {
			"kubernetes_pod_v1", nil,
			map[string]any{"container": []any{map[string]any{"name": "app", "port": []any{map[string]any{"container_port": 99999}}}}},
			"spec.0.container.0.port.0.container_port must be between 1 and 65535, inclusive",
		},
		"a user": {
			"kubernetes_pod_v1", nil, map[string]any{"security_context": []any{map[string]any{"run_as_user": "abc"}}},
			`spec.0.security_context.0.run_as_user: cannot parse 'abc' as int: strconv.ParseInt: parsing "abc": invalid syntax`,
		},
		"a file mode": {
			"kubernetes_pod_v1", nil,
			map[string]any{"volume": []any{map[string]any{"name": "v", "config_map": []any{map[string]any{"default_mode": "644"}}}}},
			"value 644 should start with '0' (octal numeral)",
		},
		"a path": {
			"kubernetes_pod_v1", nil,
			map[string]any{"volume": []any{map[string]any{"name": "v", "config_map": []any{map[string]any{
				"items": []any{map[string]any{"key": "k", "path": "/etc"}},
			}}}}},
			"must be a relative path",
		},
		"an item of a list": {
			"kubernetes_pod_v1", nil, map[string]any{"dns_config": []any{map[string]any{"nameservers": []any{"localhost"}}}},
			"expected spec.0.dns_config.0.nameservers.0 to contain a valid IP, got: localhost",
		},
	} {
		config := map[string]any{"metadata": []any{map[string]any{"name": "n"}}}
		if test.metadata != nil {
			config["metadata"] = []any{test.metadata}
		}
		if test.spec != nil {
			config["spec"] = []any{test.spec}
		}
		problems := []string{}
		diagnostics := newProvider().ResourcesMap[test.resource].Validate(terraform.NewResourceConfigRaw(config))
		for _, diagnostic := range diagnostics {
			problems = append(problems, diagnostic.Summary)
		}
		if len(problems) != 1 || !strings.Contains(problems[0], test.want) {
			t.Errorf("%s: got %q, want %q", name, problems, test.want)
		}
	}
}

func TestAcceptsTheStacksPod(t *testing.T) {
	diagnostics := newProvider().ResourcesMap["kubernetes_pod_v1"].Validate(terraform.NewResourceConfigRaw(map[string]any{
		"metadata": []any{map[string]any{
			"name": "sc-demo-openai-identity", "namespace": "default",
			"labels": map[string]any{"app": "sc-demo-openai-identity", "azure.workload.identity/use": "true"},
		}},
		"spec": []any{map[string]any{
			"restart_policy":   "Never",
			"security_context": []any{map[string]any{"run_as_user": "65532", "seccomp_profile": []any{map[string]any{"type": "RuntimeDefault"}}}},
			"container":        []any{map[string]any{"name": "app", "image": "i", "image_pull_policy": "IfNotPresent"}},
		}},
		"target_state": []any{"Running", "Succeeded"},
	}))
	if diagnostics.HasError() {
		t.Error(diagnostics)
	}
}
