package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
	"k8s.io/apimachinery/pkg/api/resource"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
)

// formats are the checks that kubernetes-plan.json names. Each says of a value what the real provider
// says (hashicorp/terraform-provider-kubernetes v2.38.0, kubernetes/validators.go), most of it in the
// words of Kubernetes' own library.
var formats = map[string]schema.SchemaValidateFunc{
	"annotations": ofKeys(func(key, _ string) []string {
		return quoted(key, utilvalidation.IsQualifiedName(strings.ToLower(key)))
	}),
	"labels": ofKeys(func(key, value string) []string {
		return append(quoted(key, utilvalidation.IsQualifiedName(key)),
			quoted(value, utilvalidation.IsValidLabelValue(value))...)
	}),
	"name": ofText(utilvalidation.IsDNS1123Subdomain),
	"generate_name": ofText(func(text string) []string {
		// Kubernetes appends to it: what it ends in is not the name's end.
		return utilvalidation.IsDNS1123Label(text + "x")
	}),
	"port":        ofNumber(utilvalidation.IsValidPortNum),
	"port_number": validation.IsPortNumber,
	"port_or_name": ofText(func(text string) []string {
		if number, err := strconv.Atoi(text); err == nil {
			return utilvalidation.IsValidPortNum(number)
		}
		return utilvalidation.IsValidPortName(text)
	}),
	"positive": ofNumber(func(number int) []string {
		if number > 0 {
			return nil
		}
		return []string{"must be greater than 0"}
	}),
	"not_negative": atLeast(0),
	"at_least_600": atLeast(600),
	"at_least_1":   validation.IntAtLeast(1),
	"ip_address":   validation.IsIPAddress,
	"integer": func(value any, key string) ([]string, []error) {
		text := value.(string)
		if _, err := strconv.ParseInt(text, 10, 64); text != "" && err != nil {
			return nil, []error{fmt.Errorf("%s: cannot parse '%s' as int: %w", key, text, err)}
		}
		return nil, nil
	},
	"quantity": func(value any, key string) ([]string, []error) {
		if _, err := resource.ParseQuantity(value.(string)); err != nil {
			return nil, []error{fmt.Errorf("%s.%s : %w", key, value, err)}
		}
		return nil, nil
	},
	"mode":          fileMode,
	"relative_path": relativePath,
	"base64_map": func(value any, _ string) ([]string, []error) {
		problems := []error{}
		texts := value.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			if _, err := base64.StdEncoding.DecodeString(texts[key].(string)); err != nil {
				problems = append(problems, fmt.Errorf("%s (%q) %s: must be a base64-encoded string", key, texts[key], key))
			}
		}
		return nil, problems
	},
}

func fileMode(value any, key string) ([]string, []error) {
	text, problems := value.(string), []error{}
	if !strings.HasPrefix(text, "0") {
		problems = append(problems, fmt.Errorf("%s: value %s should start with '0' (octal numeral)", key, text))
	}
	mode, err := strconv.ParseInt(text, 8, 32)
	if err != nil {
		problems = append(problems, fmt.Errorf("%s :Cannot parse octal numeral (%#v): %w", key, text, err))
	}
	if mode < 0 || mode > 0o777 {
		problems = append(problems, fmt.Errorf("%s (%#o) expects octal notation (a value between 0 and 0777)", key, mode))
	}
	return nil, problems
}

func relativePath(value any, key string) ([]string, []error) {
	text := value.(string)
	switch {
	case path.IsAbs(text):
		return nil, []error{errors.New("must be a relative path")}
	case slices.Contains(strings.Split(text, "/"), ".."):
		return nil, []error{fmt.Errorf("%q must not contain %q", key, "..")}
	case strings.HasPrefix(text, ".."):
		return nil, []error{fmt.Errorf("%q must not start with %q", key, "..")}
	}
	return nil, nil
}

func atLeast(least int) schema.SchemaValidateFunc {
	return ofNumber(func(number int) []string {
		if number >= least {
			return nil
		}
		return []string{fmt.Sprintf("must be greater than or equal to %d", least)}
	})
}

// ofText checks text; a port may be a number.
func ofText(check func(text string) []string) schema.SchemaValidateFunc {
	return func(value any, key string) ([]string, []error) { return nil, prefixed(key, check(fmt.Sprint(value))) }
}

func ofNumber(check func(number int) []string) schema.SchemaValidateFunc {
	return func(value any, key string) ([]string, []error) { return nil, prefixed(key, check(value.(int))) }
}

// ofKeys checks each entry of a map.
func ofKeys(check func(key, value string) []string) schema.SchemaValidateFunc {
	return func(value any, key string) ([]string, []error) {
		problems := []error{}
		entries := value.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			text, _ := entries[name].(string)
			problems = append(problems, prefixed(key, check(name, text))...)
		}
		return nil, problems
	}
}

func prefixed(key string, messages []string) []error {
	problems := []error{}
	for _, message := range messages {
		problems = append(problems, fmt.Errorf("%s %s", key, message))
	}
	return problems
}

func quoted(text string, messages []string) []string {
	result := []string{}
	for _, message := range messages {
		result = append(result, fmt.Sprintf("(%q) %s", text, message))
	}
	return result
}
