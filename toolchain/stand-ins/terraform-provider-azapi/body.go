package main

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/jmespath/go-jmespath"
)

// comparison says what is no difference between a configured and a returned body.
type comparison struct {
	ignoreCasing  bool
	ignoreMissing bool
	ignoreNull    bool
	// uniqueIDs names, per path of a list, the property that tells items apart; "name" otherwise.
	uniqueIDs map[string]string
	// ignoreOthers are the paths of lists in which items that are not configured do not count.
	ignoreOthers map[string]bool
}

func comparisonOf(model object) comparison {
	others := map[string]bool{}
	for _, path := range model.texts("ignore_other_items_in_list") {
		others[path] = true
	}
	return comparison{
		ignoreCasing:  model.flag("ignore_casing"),
		ignoreMissing: model.flag("ignore_missing_property"),
		ignoreNull:    model.flag("ignore_null_property"),
		uniqueIDs:     model.textMap("list_unique_id_property"),
		ignoreOthers:  others,
	}
}

// hidden is how Azure returns what it does not show.
var hidden = regexp.MustCompile(`^(\*+|<redacted>|)$`)

// refresh gives the configured body the values that Azure returned for its properties, and nothing
// else: properties that only Azure knows are no drift.
func (c comparison) refresh(path string, configured, actual any) any {
	if reflect.DeepEqual(configured, actual) {
		return configured
	}
	switch was := configured.(type) {
	case map[string]any:
		is, ok := actual.(map[string]any)
		if !ok {
			return actual
		}
		result := map[string]any{}
		for name, value := range was {
			switch {
			case value == nil && c.ignoreNull:
				result[name] = nil
			case is[name] != nil:
				result[name] = c.refresh(strings.TrimPrefix(path+"."+name, "."), value, is[name])
			case c.ignoreMissing || isZero(value):
				result[name] = value
			}
		}
		return result
	case []any:
		if is, ok := actual.([]any); ok {
			return c.refreshList(path, was, is)
		}
	case string:
		if is, ok := actual.(string); ok {
			if c.ignoreCasing && strings.EqualFold(was, is) {
				return was
			}
			if c.ignoreMissing && hidden.MatchString(is) {
				return was
			}
		}
	}
	return actual
}

func (c comparison) refreshList(path string, was, is []any) any {
	if len(was) == 0 || len(is) == 0 {
		return is
	}
	key := c.uniqueIDs[path]
	if key == "" {
		key = "name"
	}
	if identifier(was[0], key) == "" || identifier(is[0], key) == "" {
		if len(was) != len(is) {
			return is
		}
		result := []any{}
		for i := range was {
			result = append(result, c.refresh(path, was[i], is[i]))
		}
		return result
	}
	result := []any{}
	used := make([]bool, len(is))
	for _, item := range was {
		for i, candidate := range is {
			if !used[i] && identifier(item, key) != "" && identifier(item, key) == identifier(candidate, key) {
				used[i] = true
				result = append(result, c.refresh(path, item, candidate))
				break
			}
		}
	}
	for i, item := range is {
		if !used[i] && !c.ignoreOthers[path] {
			result = append(result, item)
		}
	}
	return result
}

// overlay gives what Azure returned the values of a body, where the body has any.
func overlay(answer, body any) any {
	switch own := body.(type) {
	case map[string]any:
		if members, ok := answer.(map[string]any); ok {
			result := maps.Clone(members)
			for name, value := range own {
				result[name] = overlay(members[name], value)
			}
			return result
		}
	case []any:
		if items, ok := answer.([]any); ok && len(items) == len(own) {
			result := []any{}
			for i := range own {
				result = append(result, overlay(items[i], own[i]))
			}
			return result
		}
	}
	return body
}

// identifier joins the values of the properties that `key` lists, separated by commas.
func identifier(item any, key string) string {
	members, ok := item.(map[string]any)
	if !ok {
		return ""
	}
	values := []string{}
	for _, name := range strings.Split(key, ",") {
		text, _ := members[strings.TrimSpace(name)].(string)
		values = append(values, text)
	}
	if strings.Join(values, "") == "" {
		return ""
	}
	return strings.Join(values, "_")
}

func isZero(value any) bool {
	switch typed := value.(type) {
	case map[string]any:
		return len(typed) == 0
	case []any:
		return len(typed) == 0
	case nil:
		return true
	default:
		return reflect.ValueOf(value).IsZero()
	}
}

// semanticallyEqual compares two dynamic values as JSON: a list equals a tuple, a map an object.
func semanticallyEqual(a, b tftypes.Value) bool { return reflect.DeepEqual(plain(a), plain(b)) }

// withoutNulls is for `ignore_null_property`.
func withoutNulls(data any) any {
	switch typed := data.(type) {
	case map[string]any:
		result := map[string]any{}
		for name, member := range typed {
			if member != nil {
				result[name] = withoutNulls(member)
			}
		}
		return result
	case []any:
		result := []any{}
		for _, item := range typed {
			if item != nil {
				result = append(result, withoutNulls(item))
			}
		}
		return result
	default:
		return data
	}
}

// output picks from an answer what `response_export_values` names: a list of paths, or a map from
// names to JMESPath expressions. `otherwise` is the output when nothing is named.
func output(answer any, exports tftypes.Value, otherwise any) (tftypes.Value, error) {
	switch wanted := plain(exports).(type) {
	case nil:
		if otherwise == nil {
			otherwise = map[string]any{}
		}
		return implied(otherwise), nil
	case []any:
		result := map[string]any{}
		for _, path := range wanted {
			text, ok := path.(string)
			if !ok {
				return tftypes.Value{}, fmt.Errorf("response_export_values: a list of strings is expected, %v was given", path)
			}
			if text == "*" {
				return implied(answer), nil
			}
			export(result, answer, strings.Split(text, "."))
		}
		return implied(result), nil
	case map[string]any:
		result := map[string]any{}
		for name, expression := range wanted {
			text, ok := expression.(string)
			if !ok {
				return tftypes.Value{}, fmt.Errorf("response_export_values: %q must be a JMESPath expression, %v was given", name, expression)
			}
			// An expression that is invalid exports nothing, as in the real provider.
			if value, err := jmespath.Search(text, answer); err == nil {
				result[name] = value
			}
		}
		return implied(result), nil
	default:
		return tftypes.Value{}, fmt.Errorf("unsupported type for response_export_values, must be a list or map")
	}
}

// export copies one path of an answer; what the answer lacks is left out.
func export(target map[string]any, answer any, path []string) {
	source, ok := answer.(map[string]any)
	if !ok || source[path[0]] == nil || !has(answer, path) {
		return
	}
	if len(path) == 1 {
		target[path[0]] = source[path[0]]
		return
	}
	inner, ok := target[path[0]].(map[string]any)
	if !ok {
		inner = map[string]any{}
		target[path[0]] = inner
	}
	export(inner, source[path[0]], path[1:])
}

func has(answer any, path []string) bool {
	for _, name := range path {
		members, ok := answer.(map[string]any)
		if !ok || members[name] == nil {
			return false
		}
		answer = members[name]
	}
	return true
}

// notExported are never part of the default output: properties that are arguments of their own, and
// those that change by themselves.
var notExported = map[string]bool{
	"name": true, "location": true, "tags": true, "identity": true,
	"etag": true, "systemData": true, "lastModifiedAt": true, "lastModifiedBy": true,
	"lastModifiedByType": true, "updatedOn": true, "updatedBy": true, "lastUpdated": true,
}

// defaultOutput is what the answer holds beyond the body: see the package's documentation.
func defaultOutput(answer, body any) any {
	is, ok := answer.(map[string]any)
	if !ok {
		return nil
	}
	was, _ := body.(map[string]any)
	result := map[string]any{}
	for name, value := range is {
		if notExported[name] {
			continue
		}
		configured, set := was[name]
		if !set {
			result[name] = value
		} else if inner, ok := defaultOutput(value, configured).(map[string]any); ok && len(inner) > 0 {
			result[name] = inner
		}
	}
	return result
}
