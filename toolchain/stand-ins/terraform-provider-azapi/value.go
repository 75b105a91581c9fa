package main

import (
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// object is a resource, data source or block as a map of its attributes, by name.
type object map[string]tftypes.Value

func objectOf(value tftypes.Value) (object, error) {
	if value.IsNull() || !value.IsKnown() {
		return nil, nil
	}
	members := map[string]tftypes.Value{}
	err := value.As(&members)
	return members, err
}

// text is empty when the attribute is null or unknown.
func (o object) text(name string) string {
	text := ""
	if value, ok := o[name]; ok && value.IsKnown() && !value.IsNull() {
		_ = value.As(&text)
	}
	return text
}

func (o object) flag(name string) bool {
	flag := false
	if value, ok := o[name]; ok && value.IsKnown() && !value.IsNull() {
		_ = value.As(&flag)
	}
	return flag
}

func (o object) isNull(name string) bool {
	value, ok := o[name]
	return !ok || value.IsNull()
}

// texts reads a list of strings.
func (o object) texts(name string) []string {
	result := []string{}
	items, _ := plain(o[name]).([]any)
	for _, item := range items {
		result = append(result, fmt.Sprint(item))
	}
	return result
}

// textMap reads a map of strings.
func (o object) textMap(name string) map[string]string {
	result := map[string]string{}
	members, _ := plain(o[name]).(map[string]any)
	for key, member := range members {
		result[key] = fmt.Sprint(member)
	}
	return result
}

func (o object) setText(name, text string) { o[name] = tftypes.NewValue(tftypes.String, text) }

// nothing empties an attribute; its type stays.
func (o object) nothing(name string) { o[name] = tftypes.NewValue(typeFor(o, name), nil) }

func (o object) unknown(name string) {
	o[name] = tftypes.NewValue(typeFor(o, name), tftypes.UnknownValue)
}

func (o object) isUnknown(name string) bool { return !o[name].IsKnown() }

// dynamicNames are the attributes whose type is the value's own.
var dynamicNames = map[string]bool{
	"body": true, "output": true, "sensitive_output": true, "sensitive_body": true,
	"response_export_values": true, "sensitive_response_export_values": true,
	"replace_triggers_external_values": true,
}

func typeFor(o object, name string) tftypes.Type {
	if dynamicNames[name] {
		return tftypes.DynamicPseudoType
	}
	return o[name].Type()
}

// plain turns a Terraform value into what encoding/json makes of JSON. What is unknown becomes nil.
func plain(value tftypes.Value) any {
	if value.Type() == nil || value.IsNull() || !value.IsKnown() {
		return nil
	}
	switch {
	case value.Type().Is(tftypes.String):
		text := ""
		_ = value.As(&text)
		return text
	case value.Type().Is(tftypes.Bool):
		flag := false
		_ = value.As(&flag)
		return flag
	case value.Type().Is(tftypes.Number):
		number := new(big.Float)
		_ = value.As(&number)
		float, _ := number.Float64()
		return float
	}
	members := map[string]tftypes.Value{}
	if value.As(&members) == nil {
		result := map[string]any{}
		for name, member := range members {
			result[name] = plain(member)
		}
		return result
	}
	items := []tftypes.Value{}
	_ = value.As(&items)
	result := []any{}
	for _, item := range items {
		result = append(result, plain(item))
	}
	return result
}

// implied gives JSON the type that it suggests: objects and tuples, as a literal in HCL has.
func implied(data any) tftypes.Value {
	switch typed := data.(type) {
	case nil:
		return tftypes.NewValue(tftypes.DynamicPseudoType, nil)
	case string:
		return tftypes.NewValue(tftypes.String, typed)
	case bool:
		return tftypes.NewValue(tftypes.Bool, typed)
	case float64:
		return tftypes.NewValue(tftypes.Number, typed)
	case map[string]any:
		members, memberTypes := map[string]tftypes.Value{}, map[string]tftypes.Type{}
		for name, member := range typed {
			members[name] = implied(member)
			memberTypes[name] = members[name].Type()
		}
		return tftypes.NewValue(tftypes.Object{AttributeTypes: memberTypes}, members)
	case []any:
		items, itemTypes := []tftypes.Value{}, []tftypes.Type{}
		for _, item := range typed {
			items = append(items, implied(item))
			itemTypes = append(itemTypes, items[len(items)-1].Type())
		}
		return tftypes.NewValue(tftypes.Tuple{ElementTypes: itemTypes}, items)
	default:
		panic(fmt.Sprintf("not JSON: %T", data))
	}
}

// shaped gives JSON the type of an earlier value, or fails when it does not fit.
func shaped(data any, like tftypes.Type) (tftypes.Value, error) {
	mismatch := fmt.Errorf("%T does not fit %s", data, like)
	if like.Is(tftypes.DynamicPseudoType) {
		return implied(data), nil
	}
	if data == nil {
		return tftypes.NewValue(like, nil), nil
	}
	switch kind := like.(type) {
	case tftypes.Object:
		source, ok := data.(map[string]any)
		if !ok {
			return tftypes.Value{}, mismatch
		}
		members := map[string]tftypes.Value{}
		for name, memberType := range kind.AttributeTypes {
			member, err := shaped(source[name], memberType)
			if err != nil {
				return tftypes.Value{}, err
			}
			members[name] = member
		}
		return tftypes.NewValue(like, members), nil
	case tftypes.Map:
		source, ok := data.(map[string]any)
		if !ok {
			return tftypes.Value{}, mismatch
		}
		members := map[string]tftypes.Value{}
		for name, value := range source {
			member, err := shaped(value, kind.ElementType)
			if err != nil {
				return tftypes.Value{}, err
			}
			members[name] = member
		}
		return tftypes.NewValue(like, members), nil
	}
	if source, ok := data.([]any); ok {
		items := []tftypes.Value{}
		for i, value := range source {
			itemType, err := itemType(like, i, len(source))
			if err != nil {
				return tftypes.Value{}, err
			}
			item, err := shaped(value, itemType)
			if err != nil {
				return tftypes.Value{}, err
			}
			items = append(items, item)
		}
		if tuple, ok := like.(tftypes.Tuple); ok && len(tuple.ElementTypes) != len(source) {
			return tftypes.Value{}, mismatch
		}
		return tftypes.NewValue(like, items), nil
	}
	if err := tftypes.ValidateValue(like, data); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(like, data), nil
}

func itemType(list tftypes.Type, index, length int) (tftypes.Type, error) {
	switch kind := list.(type) {
	case tftypes.List:
		return kind.ElementType, nil
	case tftypes.Set:
		return kind.ElementType, nil
	case tftypes.Tuple:
		if len(kind.ElementTypes) == length {
			return kind.ElementTypes[index], nil
		}
	}
	return nil, fmt.Errorf("a list of %d does not fit %s", length, list)
}
