package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// warningsShown is how many of a failed pod's events stand in the error.
const warningsShown = 3

// builtInTolerations are those that Kubernetes adds by itself:
// https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions
var builtInTolerations = []string{
	"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable", "node.kubernetes.io/unschedulable",
	"node.kubernetes.io/memory-pressure", "node.kubernetes.io/disk-pressure",
	"node.kubernetes.io/network-unavailable", "node.kubernetes.io/pid-pressure",
}

func podResource(resource *schema.Resource) {
	fields := specFields(resource.Schema)
	resource.CreateContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		return createPod(ctx, d, meta.(*connection), fields)
	}
	resource.ReadContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		return readPod(ctx, d, meta.(*connection), fields)
	}
	resource.UpdateContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		return update(ctx, d, meta.(*connection), pods, podPatch(d), resource.ReadContext)
	}
	resource.DeleteContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		return deletePod(ctx, d, meta.(*connection))
	}
}

func specFields(fields map[string]*schema.Schema) map[string]*schema.Schema {
	return fields["spec"].Elem.(*schema.Resource).Schema
}

func createPod(ctx context.Context, d *schema.ResourceData, c *connection, fields map[string]*schema.Schema) diag.Diagnostics {
	block, _ := d.Get("spec.0").(map[string]any)
	spec, err := expand("spec", fields, block)
	if err != nil {
		return diag.FromErr(err)
	}
	metadata := expandMetadata(d)
	namespace, _ := metadata["namespace"].(string)
	created, err := c.create(ctx, pods.path(namespace, ""), map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec,
	})
	if err != nil {
		return diag.FromErr(err)
	}
	d.SetId(idOf(created))
	_, name, err := pods.split(d.Id())
	if err != nil {
		return diag.FromErr(err)
	}
	targets := texts(d.Get("target_state"))
	if len(targets) == 0 {
		targets = []string{"Running"}
	}
	wait := &retry.StateChangeConf{
		Target:  targets,
		Pending: []string{"Pending"},
		Timeout: d.Timeout(schema.TimeoutCreate),
		Refresh: func() (any, string, error) {
			pod, err := c.get(ctx, pods.path(namespace, name))
			if err != nil {
				return pod, "Error", err
			}
			status, _ := pod["status"].(map[string]any)
			phase, _ := status["phase"].(string)
			return pod, phase, nil
		},
	}
	if _, err := wait.WaitForStateContext(ctx); err != nil {
		warnings, listError := podWarnings(ctx, c, namespace, name)
		if listError != nil {
			return diag.FromErr(listError)
		}
		return diag.Errorf("%s%s", err, warnings)
	}
	return readPod(ctx, d, c, fields)
}

// podWarnings are the latest different warnings among a pod's events, each on a line of its own.
func podWarnings(ctx context.Context, c *connection, namespace, name string) (string, error) {
	selector := url.Values{"fieldSelector": {fmt.Sprintf(
		"involvedObject.kind=Pod,involvedObject.name=%s,involvedObject.namespace=%s", name, namespace)}}
	list, err := c.get(ctx, events.path(namespace, "")+"?"+selector.Encode())
	if err != nil {
		return "", err
	}
	items, _ := list["items"].([]any)
	sort.SliceStable(items, func(a, b int) bool {
		return eventText(items[a], "lastTimestamp") > eventText(items[b], "lastTimestamp")
	})
	seen := []string{}
	text := ""
	for _, item := range items {
		message := eventText(item, "message")
		if eventText(item, "type") != "Warning" || slices.Contains(seen, message) {
			continue
		}
		if len(seen) == warningsShown {
			break
		}
		seen = append(seen, message)
		text += fmt.Sprintf("\n   * %s (Pod): %s: %s", name, eventText(item, "reason"), message)
	}
	return text, nil
}

func eventText(event any, field string) string {
	object, _ := event.(map[string]any)
	text, _ := object[field].(string)
	return text
}

func readPod(ctx context.Context, d *schema.ResourceData, c *connection, fields map[string]*schema.Schema) diag.Diagnostics {
	pod, diagnostics := read(ctx, d, c, pods)
	if pod == nil {
		return diagnostics
	}
	return set(d, map[string]any{
		"metadata": flattenMetadata(d, pod, c),
		"spec":     []any{flattenPodSpec(fields, pod["spec"].(map[string]any), false)},
	})
}

// flattenPodSpec leaves out what Kubernetes adds to every pod, as the real provider does. What an
// admission adds (the workload-identity webhook's variables and token) is not left out there either.
func flattenPodSpec(fields map[string]*schema.Schema, spec map[string]any, keepTolerations bool) map[string]any {
	account, _ := spec["serviceAccountName"].(string)
	if account == "" {
		account = "default"
	}
	token := regexp.MustCompile(regexp.QuoteMeta(account) + "-token-([a-z0-9]{5})")
	isToken := func(item any) bool {
		name := eventText(item, "name")
		return token.MatchString(name) || strings.HasPrefix(name, "kube-api-access")
	}
	spec["volumes"] = withoutFirst(spec["volumes"], isToken)
	for _, list := range []string{"containers", "initContainers"} {
		containers, _ := spec[list].([]any)
		for _, item := range containers {
			container := item.(map[string]any)
			container["volumeMounts"] = withoutFirst(container["volumeMounts"], isToken)
			for _, mount := range container["volumeMounts"].([]any) {
				if fields := mount.(map[string]any); fields["mountPropagation"] == nil {
					fields["mountPropagation"] = "None"
				}
			}
			resources, _ := container["resources"].(map[string]any)
			container["resources"] = map[string]any{
				"limits": orEmpty(resources["limits"]), "requests": orEmpty(resources["requests"]),
			}
		}
	}
	if !keepTolerations {
		tolerations, _ := spec["tolerations"].([]any)
		spec["tolerations"] = slices.DeleteFunc(slices.Clone(tolerations), func(item any) bool {
			return slices.Contains(builtInTolerations, eventText(item, "key"))
		})
	}
	for _, name := range []string{"securityContext", "dnsConfig"} {
		if object, ok := spec[name].(map[string]any); ok && len(object) == 0 {
			delete(spec, name)
		}
	}
	return flatten("spec", fields, spec)
}

func withoutFirst(value any, matches func(any) bool) []any {
	list, _ := value.([]any)
	list = slices.Clone(list)
	if index := slices.IndexFunc(list, matches); index >= 0 {
		list = slices.Delete(list, index, index+1)
	}
	if list == nil {
		return []any{}
	}
	return list
}

func orEmpty(value any) map[string]any {
	object, ok := value.(map[string]any)
	if !ok {
		return map[string]any{}
	}
	return object
}

// podPatch holds the two things that the real provider changes in a running pod.
func podPatch(d *schema.ResourceData) patch {
	changes := patch{}
	changes.metadata(d)
	if d.HasChange("spec.0.active_deadline_seconds") {
		changes = append(changes, operation{"replace", "/spec/activeDeadlineSeconds", d.Get("spec.0.active_deadline_seconds")})
	}
	if d.HasChange("spec.0.container") {
		for i := range d.Get("spec.0.container").([]any) {
			index := strconv.Itoa(i)
			changes = append(changes, operation{
				"replace", "/spec/containers/" + index + "/image", d.Get("spec.0.container." + index + ".image"),
			})
		}
	}
	return changes
}

func deletePod(ctx context.Context, d *schema.ResourceData, c *connection) diag.Diagnostics {
	namespace, name, err := pods.split(d.Id())
	if err != nil {
		return diag.FromErr(err)
	}
	path := pods.path(namespace, name)
	if err := c.delete(ctx, path); err != nil {
		if isNotFound(err) {
			return nil
		}
		return diag.FromErr(err)
	}
	return diag.FromErr(retry.RetryContext(ctx, d.Timeout(schema.TimeoutDelete), func() *retry.RetryError {
		pod, err := c.get(ctx, path)
		if isNotFound(err) {
			return nil
		}
		if err != nil {
			return retry.NonRetryableError(err)
		}
		status, _ := pod["status"].(map[string]any)
		return retry.RetryableError(fmt.Errorf("Pod %s still exists (%v)", name, status["phase"]))
	}))
}

func podData(source *schema.Resource) {
	fields := specFields(source.Schema)
	source.ReadContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		pod, diagnostics := readData(ctx, d, meta.(*connection), pods)
		if pod == nil {
			return diagnostics
		}
		status, _ := pod["status"].(map[string]any)
		return set(d, map[string]any{
			"metadata": flattenMetadata(d, pod, &connection{}),
			"spec":     []any{flattenPodSpec(fields, pod["spec"].(map[string]any), true)},
			"status":   status["phase"],
		})
	}
}
