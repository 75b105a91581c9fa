package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// planned plans a change of azapi_resource; attributes that are left out are null.
func planned(t *testing.T, s *server, prior, config object) (*tfprotov6.PlanResourceChangeResponse, object) {
	t.Helper()
	schema := s.schema.ResourceSchemas["azapi_resource"]
	complete := func(model object) *tfprotov6.DynamicValue {
		if model != nil {
			full := object{}
			for name, attributeType := range schema.ValueType().(tftypes.Object).AttributeTypes {
				full[name] = tftypes.NewValue(attributeType, nil)
				if name == "identity" {
					full[name] = tftypes.NewValue(attributeType, []tftypes.Value{})
				}
			}
			for name, value := range model {
				full[name] = value
			}
			model = full
		}
		encoded, err := s.encode(schema, model)
		if err != nil {
			t.Fatal(err)
		}
		return encoded
	}
	// What Terraform proposes: the configuration, and the prior state where it says nothing.
	proposed := object{}
	for name, value := range prior {
		proposed[name] = value
	}
	for name, value := range config {
		proposed[name] = value
	}
	response, err := s.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "azapi_resource", PriorState: complete(prior), Config: complete(config), ProposedNewState: complete(proposed),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, diagnostic := range response.Diagnostics {
		t.Fatal(diagnostic.Summary, diagnostic.Detail)
	}
	model, err := s.decode(schema, response.PlannedState)
	if err != nil {
		t.Fatal(err)
	}
	return response, model
}

func text(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }

func linker() object {
	return object{
		"type": text("Microsoft.ServiceLinker/linkers@2024-04-01"), "name": text("openai_conn"),
		"parent_id": text(group), "body": implied(map[string]any{"properties": map[string]any{"scope": "default"}}),
	}
}

func deployed() object {
	state := linker()
	for name, value := range (armResource{}).defaults() {
		if name != "body" {
			state[name] = value
		}
	}
	state["id"] = text(group + "/providers/Microsoft.ServiceLinker/linkers/openai_conn")
	state["output"] = implied(map[string]any{})
	return state
}

func TestPlanOfANewResource(t *testing.T) {
	_, model := planned(t, newServer(), nil, linker())
	if !model.isUnknown("id") || !model.isUnknown("output") {
		t.Error("id and output are known before the resource exists")
	}
	if !model.flag("ignore_missing_property") || model.flag("ignore_casing") {
		t.Error("the defaults are not applied")
	}
}

func TestPlanWithoutAChangeIsEmpty(t *testing.T) {
	state := deployed()
	_, model := planned(t, newServer(), state, linker())
	for name, value := range state {
		if !model[name].Equal(value) {
			t.Errorf("%s: %s, was %s", name, model[name], value)
		}
	}
}

func TestPlanOfAnotherNameReplaces(t *testing.T) {
	config := linker()
	config["name"] = text("other")
	response, model := planned(t, newServer(), deployed(), config)
	replaced := []string{}
	for _, path := range response.RequiresReplace {
		replaced = append(replaced, path.String())
	}
	if !slices.Contains(replaced, `AttributeName("name")`) || model.text("name") != "other" {
		t.Errorf("replaced by %v", replaced)
	}
}

func TestRefusesByName(t *testing.T) {
	response, err := newServer().ValidateResourceConfig(context.Background(),
		&tfprotov6.ValidateResourceConfigRequest{TypeName: "azapi_update_resource"})
	if err != nil || len(response.Diagnostics) != 1 {
		t.Fatalf("got %v, %v", response, err)
	}
	want := "azapi_update_resource is not implemented by the stand-in for the azapi provider"
	if detail := response.Diagnostics[0].Detail; !strings.Contains(detail, want) {
		t.Errorf("got %q", detail)
	}
}
