package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

func podFields() map[string]*schema.Schema {
	return specFields(newProvider().ResourcesMap["kubernetes_pod_v1"].Schema)
}

// asReturned is what a server makes of an object: JSON, with its numbers.
func asReturned(t *testing.T, object any) map[string]any {
	t.Helper()
	data, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	result := map[string]any{}
	if err := json.Unmarshal(data, &result); err != nil {
		t.Fatal(err)
	}
	return result
}

// block is a configuration in the SDK's form: every attribute of a block is there.
func block(values map[string]any) []any { return []any{values} }

func TestExpandUsesKubernetesNames(t *testing.T) {
	spec, err := expand("spec", podFields(), map[string]any{
		"restart_policy": "Never", "host_pid": false, "termination_grace_period_seconds": 0,
		"security_context": block(map[string]any{"run_as_user": "1000", "fs_group": ""}),
		"container": block(map[string]any{
			"name": "main", "tty": false,
			"env_from":       []any{map[string]any{"config_map_ref": block(map[string]any{"name": "settings", "optional": false})}},
			"resources":      block(map[string]any{"limits": map[string]any{"cpu": "0.5"}, "requests": map[string]any{}}),
			"liveness_probe": block(map[string]any{"http_get": block(map[string]any{"port": "8080"}), "period_seconds": 10}),
			"lifecycle":      block(map[string]any{"pre_stop": block(map[string]any{"exec": block(map[string]any{"command": []any{"a", nil}})})}),
		}),
		"volume": block(map[string]any{"name": "v", "config_map": block(map[string]any{"name": "c", "default_mode": "0644"}), "empty_dir": []any{}}),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{
		"restartPolicy": "Never", "terminationGracePeriodSeconds": 0, "securityContext": {"runAsUser": 1000},
		"containers": [{
			"name": "main",
			"envFrom": [{"configMapRef": {"name": "settings", "optional": false}}],
			"resources": {"limits": {"cpu": "500m"}},
			"livenessProbe": {"httpGet": {"port": 8080}, "periodSeconds": 10},
			"lifecycle": {"preStop": {"exec": {"command": ["a", ""]}}}
		}],
		"volumes": [{"name": "v", "configMap": {"name": "c", "defaultMode": 420}}]
	}`
	expected := map[string]any{}
	if err := json.Unmarshal([]byte(want), &expected); err != nil {
		t.Fatal(err)
	}
	if got := asReturned(t, spec); !reflect.DeepEqual(got, expected) {
		t.Errorf("got %v\nwant %v", got, expected)
	}
}

func TestFlattenIsTheInverse(t *testing.T) {
	values := map[string]any{
		"restart_policy":   "Never",
		"node_selector":    map[string]any{"a": "b"},
		"security_context": block(map[string]any{"run_as_user": "1000", "supplemental_groups": []any{1, 2}}),
		"toleration":       block(map[string]any{"key": "k", "toleration_seconds": "60"}),
		"container": block(map[string]any{
			"name": "main", "args": []any{"x"},
			"env":       block(map[string]any{"name": "N", "value_from": block(map[string]any{"field_ref": block(map[string]any{"field_path": "metadata.name"})})}),
			"port":      block(map[string]any{"container_port": 80}),
			"resources": block(map[string]any{"limits": map[string]any{"memory": "256Mi"}}),
		}),
		"volume": block(map[string]any{"name": "p", "projected": block(map[string]any{
			"default_mode": "0644",
			"sources":      block(map[string]any{"service_account_token": block(map[string]any{"audience": "a", "expiration_seconds": 3600, "path": "t"})}),
		})}),
	}
	spec, err := expand("spec", podFields(), values)
	if err != nil {
		t.Fatal(err)
	}
	if got := flatten("spec", podFields(), asReturned(t, spec)); !reflect.DeepEqual(got, values) {
		t.Errorf("got %v\nwant %v", got, values)
	}
}

// hashicorp/terraform-provider-kubernetes v2.38.0, kubernetes/structures_pod.go: what the API server
// adds to every pod is hidden; what an admission adds is not.
func TestFlattenHidesWhatKubernetesAdds(t *testing.T) {
	spec := map[string]any{
		"securityContext": map[string]any{},
		"tolerations":     []any{map[string]any{"key": "node.kubernetes.io/not-ready"}, map[string]any{"key": "mine"}},
		"volumes":         []any{map[string]any{"name": "kube-api-access-x7k2p"}, map[string]any{"name": "azure-identity-token"}},
		"containers": []any{map[string]any{
			"name":         "main",
			"volumeMounts": []any{map[string]any{"name": "kube-api-access-x7k2p"}, map[string]any{"name": "azure-identity-token"}},
		}},
	}
	got := flattenPodSpec(podFields(), spec, false)
	want := map[string]any{
		"toleration": block(map[string]any{"key": "mine"}),
		"volume":     block(map[string]any{"name": "azure-identity-token"}),
		"container": block(map[string]any{
			"name":         "main",
			"volume_mount": block(map[string]any{"name": "azure-identity-token", "mount_propagation": "None"}),
			"resources":    block(map[string]any{"limits": map[string]any{}, "requests": map[string]any{}}),
		}),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func TestUnknownVolumesAreRefusedByName(t *testing.T) {
	_, err := expand("spec", podFields(), map[string]any{
		"volume": block(map[string]any{"name": "v", "glusterfs": block(map[string]any{"path": "/"})}),
	})
	if err == nil || !strings.Contains(err.Error(), `"glusterfs"`) {
		t.Errorf("got %v", err)
	}
}

func TestQuantities(t *testing.T) {
	for _, pair := range [][2]string{{"500m", "0.5"}, {"1Gi", "1024Mi"}, {"1", "1000m"}} {
		if !sameQuantity("", pair[0], pair[1], nil) {
			t.Errorf("%s and %s are the same", pair[0], pair[1])
		}
	}
	if sameQuantity("", "1", "2", nil) || sameQuantity("", "1", "x", nil) {
		t.Error("different quantities were taken for equal")
	}
}

func TestInternalKeys(t *testing.T) {
	for key, want := range map[string]bool{
		"kubernetes.io/metadata.name": true, "kubectl.kubernetes.io/restartedAt": true,
		"app.kubernetes.io/name": false, "azure.workload.identity/use": false, "team": false,
	} {
		if isInternalKey(key) != want {
			t.Errorf("%s: want %v", key, want)
		}
	}
}

func TestPatchTouchesSingleKeys(t *testing.T) {
	changes := patch{}
	changes.difference("/data", map[string]any{"a": "1", "b/c": "2"}, map[string]any{"a": "3"})
	changes.difference("/metadata/labels", map[string]any{}, map[string]any{"x": "y"})
	want := map[string]string{"/data/a": "replace", "/data/b~1c": "remove", "/metadata/labels": "add"}
	for _, change := range changes {
		if want[change.Path] != change.Op {
			t.Errorf("unexpected %v", change)
		}
		delete(want, change.Path)
	}
	if len(want) > 0 {
		t.Errorf("missing %v", want)
	}
}
