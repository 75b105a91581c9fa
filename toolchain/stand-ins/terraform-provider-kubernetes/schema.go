package main

import (
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"

	"local/toolchain/schemas"
)

// schemaOf turns a recorded block into the plugin SDK's schema, the plan's part included.
// `prefix` is the block's path of names ("spec.container."), as in kubernetes-plan.json.
func schemaOf(block schemas.Block, plan schemas.Plan, prefix string) map[string]*schema.Schema {
	result := map[string]*schema.Schema{}
	for name, attribute := range block.Attributes {
		if prefix == "" && name == "id" {
			continue // the SDK adds it
		}
		result[name] = attributeSchema(attribute)
		applyPlan(result[name], plan.Attributes[prefix+name])
	}
	for name, nested := range block.BlockTypes {
		if name == "timeouts" {
			continue // the SDK adds it
		}
		result[name] = &schema.Schema{
			Type:     schema.TypeList,
			Required: nested.MinItems > 0,
			Optional: nested.MinItems == 0,
			MinItems: nested.MinItems,
			MaxItems: nested.MaxItems,
			Elem:     &schema.Resource{Schema: schemaOf(nested.Block, plan, prefix+name+".")},
		}
		if nested.NestingMode == "set" {
			result[name].Type = schema.TypeSet
		}
		if nested.MinItems == 1 && nested.MaxItems == 1 {
			// Required blocks of the real provider leave the counts to `Required`.
			result[name].MinItems = 0
		}
		applyPlan(result[name], plan.Attributes[prefix+name])
	}
	return result
}

func attributeSchema(attribute schemas.Attribute) *schema.Schema {
	result := typeSchema(attribute.Type)
	result.Required = attribute.Required
	result.Optional = attribute.Optional
	result.Computed = attribute.Computed
	result.Sensitive = attribute.Sensitive
	result.WriteOnly = attribute.WriteOnly
	if attribute.Deprecated {
		result.Deprecated = "deprecated in the real provider"
	}
	return result
}

// typeSchema reads cty's JSON notation: "string", ["list", "string"], ["list", ["object", {...}]].
func typeSchema(data json.RawMessage) *schema.Schema {
	var primitive string
	if json.Unmarshal(data, &primitive) == nil {
		switch primitive {
		case "bool":
			return &schema.Schema{Type: schema.TypeBool}
		case "number": // no attribute of the core types is fractional
			return &schema.Schema{Type: schema.TypeInt}
		default:
			return &schema.Schema{Type: schema.TypeString}
		}
	}
	var collection []json.RawMessage
	var kind string
	must(json.Unmarshal(data, &collection))
	must(json.Unmarshal(collection[0], &kind))
	result := &schema.Schema{Type: map[string]schema.ValueType{
		"list": schema.TypeList, "set": schema.TypeSet, "map": schema.TypeMap,
	}[kind]}
	var object []json.RawMessage
	if json.Unmarshal(collection[1], &object) == nil && string(object[0]) == `"object"` {
		var members map[string]json.RawMessage
		must(json.Unmarshal(object[1], &members))
		elements := map[string]*schema.Schema{}
		for name, member := range members {
			elements[name] = typeSchema(member)
			elements[name].Computed = true
		}
		result.Elem = &schema.Resource{Schema: elements}
		return result
	}
	result.Elem = typeSchema(collection[1])
	return result
}

func applyPlan(target *schema.Schema, plan schemas.PlanAttribute) {
	target.ForceNew = plan.ForceNew
	target.Computed = target.Computed || plan.Computed
	target.Default = plan.Default
	if number, ok := plan.Default.(float64); ok {
		target.Default = int(number)
	}
	if plan.Quantity {
		target.DiffSuppressFunc = sameQuantity
	}
	check := checkOf(plan)
	if check == nil {
		return
	}
	// The SDK checks the items of a list, and the whole of a map.
	if element, ok := target.Elem.(*schema.Schema); ok && target.Type != schema.TypeMap {
		element.ValidateFunc = check
	} else {
		target.ValidateFunc = check
	}
}

func checkOf(plan schemas.PlanAttribute) schema.SchemaValidateFunc {
	switch {
	case len(plan.OneOf) > 0:
		return validation.StringInSlice(plan.OneOf, false)
	case plan.Format != "":
		check, ok := formats[plan.Format]
		if !ok {
			panic("kubernetes-plan.json names an unknown format: " + plan.Format)
		}
		return check
	default:
		return nil
	}
}

func timeoutsOf(plan schemas.Plan) *schema.ResourceTimeout {
	if len(plan.Timeouts) == 0 {
		return nil
	}
	timeout := func(operation string) *time.Duration {
		text, ok := plan.Timeouts[operation]
		if !ok {
			return nil
		}
		duration, err := time.ParseDuration(text)
		must(err)
		return &duration
	}
	return &schema.ResourceTimeout{Create: timeout("create"), Delete: timeout("delete")}
}

// must is for what is embedded in the binary: an error is a mistake in the build.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
