package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"k8s.io/apimachinery/pkg/api/resource"
)

// The attributes of the provider are Kubernetes' own fields in another spelling, so the two
// directions are driven by the schema; what does not follow the rule stands in the tables below.

// singular names blocks that repeat where Kubernetes has one list in the plural.
var singular = []string{
	"container", "http_header", "init_container", "node_selector_term", "option", "port",
	"readiness_gate", "sysctl", "toleration", "topology_spread_constraint", "volume",
	"volume_device", "volume_mount",
}

// objects names blocks that may repeat in the schema but are one object in Kubernetes.
var objects = []string{
	"grpc", "label_selector", "namespace_selector", "post_start", "pre_stop", "projected", "tcp_socket",
}

// initialisms are the words that Kubernetes does not write in plain camel case.
var initialisms = map[string]string{
	"host_ip": "hostIP", "host_ipc": "hostIPC", "host_pid": "hostPID",
	"downward_api": "downwardAPI", "run_as_username": "runAsUserName",
}

// numbersAsText are numbers in Kubernetes that the schema holds as text, so that they can be unset.
var numbersAsText = []string{"fs_group", "run_as_group", "run_as_user", "toleration_seconds"}

// falseByDefault are not sent when they are false: Kubernetes does not tell that from unset.
var falseByDefault = []string{"host_ipc", "host_network", "host_pid", "read_only", "stdin", "stdin_once", "tty"}

// volumeSources are the volumes that the stand-in knows; any other is refused by name.
var volumeSources = []string{
	"config_map", "csi", "downward_api", "empty_dir", "host_path", "nfs", "persistent_volume_claim",
	"projected", "secret",
}

func fieldName(name string, repeated bool) string {
	if field, ok := initialisms[name]; ok {
		return field
	}
	words := strings.Split(name, "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	field := strings.Join(words, "")
	if repeated && slices.Contains(singular, name) {
		field += "s"
	}
	return field
}

// isObject says whether a block is one object in Kubernetes. `parent` is the enclosing block.
func isObject(parent, name string, block *schema.Schema) bool {
	return block.MaxItems == 1 || slices.Contains(objects, name) ||
		(parent == "sources" && (name == "config_map" || name == "secret"))
}

// expand turns one block of the configuration into a Kubernetes object.
func expand(parent string, fields map[string]*schema.Schema, values map[string]any) (map[string]any, error) {
	object := map[string]any{}
	for name, field := range fields {
		value, ok := values[name]
		if !ok || value == nil {
			continue
		}
		block, isBlock := field.Elem.(*schema.Resource)
		if !isBlock {
			expanded, err := expandValue(name, field, value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if expanded != nil {
				object[fieldName(name, false)] = expanded
			}
			continue
		}
		items := elements(value)
		if len(items) == 0 {
			continue
		}
		if parent == "volume" && !slices.Contains(volumeSources, name) {
			return nil, fmt.Errorf("the stand-in for the kubernetes provider has no volume of the kind %q; it knows %s",
				name, strings.Join(volumeSources, ", "))
		}
		list := make([]any, len(items))
		for i, item := range items {
			members, _ := item.(map[string]any) // an empty block is nil
			expanded, err := expand(name, block.Schema, members)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			list[i] = expanded
		}
		if !isObject(parent, name, field) {
			object[fieldName(name, true)] = list
			continue
		}
		if len(list) > 1 {
			return nil, fmt.Errorf("%s: Kubernetes takes one, %d were given", name, len(list))
		}
		object[fieldName(name, false)] = list[0]
	}
	return object, nil
}

func expandValue(name string, field *schema.Schema, value any) (any, error) {
	switch typed := value.(type) {
	case bool:
		if !typed && slices.Contains(falseByDefault, name) {
			return nil, nil
		}
		return typed, nil
	case string:
		return expandText(name, typed)
	case int:
		// Only this one is sent as zero: it means "kill at once".
		if typed == 0 && name != "termination_grace_period_seconds" {
			return nil, nil
		}
		return typed, nil
	case map[string]any:
		return expandMap(name, typed)
	case []any, *schema.Set:
		items := elements(typed)
		if len(items) == 0 {
			return nil, nil
		}
		for i, item := range items {
			if item == nil { // an empty string in a list arrives as nil
				items[i] = ""
			}
		}
		return items, nil
	default:
		return value, nil
	}
}

func expandText(name, text string) (any, error) {
	if text == "" {
		return nil, nil
	}
	switch {
	case slices.Contains(numbersAsText, name):
		return strconv.ParseInt(text, 10, 64)
	case name == "mode" || name == "default_mode":
		return strconv.ParseInt(text, 8, 32)
	case name == "port": // of a probe: a number or a name
		if number, err := strconv.Atoi(text); err == nil {
			return number, nil
		}
	case name == "divisor" || name == "size_limit":
		return canonicalQuantity(text)
	}
	return text, nil
}

func expandMap(name string, values map[string]any) (any, error) {
	if len(values) == 0 {
		return nil, nil
	}
	if name != "limits" && name != "requests" {
		return values, nil
	}
	quantities := map[string]any{}
	for key, value := range values {
		quantity, err := canonicalQuantity(fmt.Sprint(value))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		quantities[key] = quantity
	}
	return quantities, nil
}

// flatten turns a Kubernetes object into one block of the state.
func flatten(parent string, fields map[string]*schema.Schema, object map[string]any) map[string]any {
	values := map[string]any{}
	for name, field := range fields {
		block, isBlock := field.Elem.(*schema.Resource)
		repeated := isBlock && !isObject(parent, name, field)
		value, ok := object[fieldName(name, repeated)]
		if !ok || value == nil {
			continue
		}
		if !isBlock {
			values[name] = flattenValue(name, field, value)
			continue
		}
		if !repeated {
			value = []any{value}
		}
		list := []any{}
		for _, item := range value.([]any) {
			members, _ := item.(map[string]any)
			list = append(list, flatten(name, block.Schema, members))
		}
		values[name] = list
	}
	return values
}

func flattenValue(name string, field *schema.Schema, value any) any {
	switch typed := value.(type) {
	case float64:
		if field.Type == schema.TypeInt {
			return int(typed)
		}
		if name == "mode" || name == "default_mode" {
			return "0" + strconv.FormatInt(int64(typed), 8)
		}
		return strconv.FormatInt(int64(typed), 10)
	case []any:
		items := make([]any, len(typed))
		for i, item := range typed {
			items[i] = item
			if number, ok := item.(float64); ok {
				items[i] = int(number)
			}
		}
		return items
	case map[string]any:
		if name == "limits" || name == "requests" {
			for key, quantity := range typed {
				if canonical, err := canonicalQuantity(fmt.Sprint(quantity)); err == nil {
					typed[key] = canonical
				}
			}
		}
		return typed
	default:
		return value
	}
}

// elements are the items of a list or a set.
func elements(value any) []any {
	if set, ok := value.(*schema.Set); ok {
		return set.List()
	}
	list, _ := value.([]any)
	return slices.Clone(list)
}

func canonicalQuantity(text string) (string, error) {
	quantity, err := resource.ParseQuantity(text)
	if err != nil {
		return "", fmt.Errorf("%q is not a Kubernetes quantity: %w", text, err)
	}
	return quantity.String(), nil
}

func sameQuantity(_, before, after string, _ *schema.ResourceData) bool {
	was, err := resource.ParseQuantity(before)
	if err != nil {
		return false
	}
	is, err := resource.ParseQuantity(after)
	return err == nil && was.Cmp(is) == 0
}
