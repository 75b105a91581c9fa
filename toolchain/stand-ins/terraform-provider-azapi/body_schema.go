package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"local/toolchain/schemas"
)

// validateBody compares a body with what Azure's specification lets it hold, in the real provider's
// words (azapi v2.12.0, internal/services/resource.go, schemaValidate; internal/azure/types). The
// real provider has Azure's whole specification, the stand-in the types of this project's stack: a
// body of another type is not looked at.
func validateBody(recorded map[string]schemas.ArmType, config object) error {
	armType, version, err := splitType(config.text("type"))
	if err != nil {
		return err
	}
	found, ok := findArmType(recorded, armType)
	if !ok || (!config.isNull("schema_validation_enabled") && !config.flag("schema_validation_enabled")) {
		return nil
	}
	if !slices.Contains(found.Versions, version) {
		return schemaProblem(fmt.Sprintf("the argument \"type\"'s api-version is invalid.\n The supported versions are [%s].\n",
			strings.Join(found.Versions, ", ")))
	}
	definition, ok := found.Bodies[version]
	members, isObject := membersOf(config["body"])
	if !ok || !isObject {
		return nil
	}
	members = maps.Clone(members)
	for _, name := range []string{"location", "tags"} {
		if !config.isNull(name) {
			members[name] = config[name]
		}
	}
	if block := identityBlock(config); block != nil {
		members["identity"] = block["type"]
	}
	problems := []string{}
	for _, problem := range checkObject(withCommonProperties(definition), members, "") {
		// The provider block may have defaults for these two.
		if problem != missing("location") && problem != missing("tags") {
			problems = append(problems, problem)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return schemaProblem("the argument \"body\" is invalid:\n" + strings.Join(problems, "\n") + "\n")
}

func findArmType(recorded map[string]schemas.ArmType, armType string) (schemas.ArmType, bool) {
	for name, candidate := range recorded {
		if strings.EqualFold(name, armType) {
			return candidate, true
		}
	}
	return schemas.ArmType{}, false
}

func schemaProblem(detail string) error {
	return fmt.Errorf("embedded schema validation failed: %s You can try to update `azapi` provider to "+
		"the latest version or disable the validation using the feature flag `schema_validation_enabled = false` "+
		"within the resource block", detail)
}

// withCommonProperties adds what every resource has.
func withCommonProperties(definition schemas.ArmProperty) schemas.ArmProperty {
	properties := maps.Clone(definition.Properties)
	for _, name := range []string{"id", "type", "apiVersion", "systemData"} {
		properties[name] = schemas.ArmProperty{ReadOnly: true}
	}
	properties["name"] = schemas.ArmProperty{Type: "string"}
	definition.Properties = properties
	return definition
}

func check(definition schemas.ArmProperty, value tftypes.Value, path string) []string {
	if !value.IsKnown() || value.IsNull() {
		return nil
	}
	switch definition.Type {
	case "string":
		return checkString(definition, value, path)
	case "array":
		items := []tftypes.Value{}
		if value.As(&items) != nil {
			return []string{mismatch(path, "array", value)}
		}
		problems := []string{}
		for i, item := range items {
			problems = append(problems, check(*definition.Items, item, path+"."+strconv.Itoa(i))...)
		}
		return problems
	case "object":
		members, ok := membersOf(value)
		if !ok {
			return []string{mismatch(path, "object", value)}
		}
		if definition.Discriminator != "" {
			return checkVariant(definition, members, path)
		}
		return checkObject(definition, members, path)
	default: // booleans and maps are not looked at
		return nil
	}
}

// checkString: Azure's enumerations are open, so that any text is accepted.
func checkString(definition schemas.ArmProperty, value tftypes.Value, path string) []string {
	switch {
	case value.Type().Is(tftypes.String):
		return nil
	case len(definition.Values) > 0:
		return []string{notOneOf(path, "", definition.Values)}
	default:
		return []string{mismatch(path, "string", value)}
	}
}

func checkObject(definition schemas.ArmProperty, members map[string]tftypes.Value, path string) []string {
	problems := []string{}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		property, ok := definition.Properties[name]
		switch at := join(path, name); {
		case !ok:
			options := []string{}
			for _, option := range slices.Sorted(maps.Keys(definition.Properties)) {
				options = append(options, join(path, option))
			}
			problems = append(problems, fmt.Sprintf("`%s` is not expected here. Do you mean `%s`? ", at, nearest(at, options)))
		case property.ReadOnly:
			problems = append(problems, fmt.Sprintf("`%s` is not expected here, it's read only", at))
		default:
			problems = append(problems, check(property, members[name], at)...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(definition.Properties)) {
		if _, ok := members[name]; !ok && definition.Properties[name].Required {
			problems = append(problems, missing(join(path, name)))
		}
	}
	return problems
}

// checkVariant is for an object of which one property says what the others are.
func checkVariant(definition schemas.ArmProperty, members map[string]tftypes.Value, path string) []string {
	at := join(path, definition.Discriminator)
	value, ok := members[definition.Discriminator]
	if !ok {
		return []string{missing(at)}
	}
	if !value.IsKnown() {
		return nil
	}
	variant := ""
	if !value.Type().Is(tftypes.String) || value.As(&variant) != nil {
		return []string{mismatch(at, "string", value)}
	}
	properties, ok := definition.Variants[variant]
	if !ok {
		return []string{notOneOf(at, variant, slices.Sorted(maps.Keys(definition.Variants)))}
	}
	all := maps.Clone(properties)
	maps.Copy(all, definition.Properties)
	all[definition.Discriminator] = schemas.ArmProperty{Type: "string"}
	return checkObject(schemas.ArmProperty{Properties: all}, members, path)
}

func membersOf(value tftypes.Value) (map[string]tftypes.Value, bool) {
	members := map[string]tftypes.Value{}
	if value.Type() == nil || !value.IsKnown() || value.IsNull() || value.As(&members) != nil {
		return nil, false
	}
	return members, true
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

func missing(path string) string {
	return fmt.Sprintf("`%s` is required, but no definition was found", path)
}

func notOneOf(path, value string, options []string) string {
	return fmt.Sprintf("`%s`'s value `%s` is invalid. The supported values are [%s]. Do you mean `%s`? ",
		path, value, strings.Join(options, ", "), nearest(value, options))
}

// mismatch names the given type as the plugin framework does.
func mismatch(path, expected string, value tftypes.Value) string {
	actual := "basetypes.ObjectValue"
	for _, known := range []struct {
		kind tftypes.Type
		name string
	}{
		{tftypes.String, "StringValue"}, {tftypes.Number, "NumberValue"}, {tftypes.Bool, "BoolValue"},
		{tftypes.Tuple{}, "TupleValue"}, {tftypes.List{}, "ListValue"}, {tftypes.Set{}, "SetValue"}, {tftypes.Map{}, "MapValue"},
	} {
		if value.Type().Is(known.kind) {
			actual = "basetypes." + known.name
		}
	}
	return fmt.Sprintf("`%s` is invalid, expect `%s` but got `%s`", path, expected, actual)
}

func nearest(text string, options []string) string {
	best, least := "", -1
	for _, option := range options {
		if distance := levenshtein.Distance(text, option, nil); least < 0 || distance < least {
			best, least = option, distance
		}
	}
	return best
}
