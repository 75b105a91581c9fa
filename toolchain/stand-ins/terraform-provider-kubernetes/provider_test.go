package main

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/terraform"

	"local/toolchain/schemas"
)

func TestProviderIsValid(t *testing.T) {
	if err := newProvider().InternalValidate(); err != nil {
		t.Fatal(err)
	}
}

// What Terraform sees is what the real provider 2.38.0 printed.
func TestServesTheRecordedSchema(t *testing.T) {
	recorded, err := schemas.Load("kubernetes")
	if err != nil {
		t.Fatal(err)
	}
	server := schema.NewGRPCProviderServer(newProvider())
	served, err := server.GetProviderSchema(context.Background(), &tfprotov5.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	compareBlock(t, "provider", served.Provider.Block, recorded.Provider.Block)
	for name, entry := range recorded.Resources {
		if served.ResourceSchemas[name].Version != entry.Version {
			t.Errorf("%s: version %d, recorded %d", name, served.ResourceSchemas[name].Version, entry.Version)
		}
		compareBlock(t, name, served.ResourceSchemas[name].Block, entry.Block)
	}
	for name, entry := range recorded.DataSources {
		compareBlock(t, "data."+name, served.DataSourceSchemas[name].Block, entry.Block)
	}
}

func compareBlock(t *testing.T, path string, served *tfprotov5.SchemaBlock, recorded schemas.Block) {
	t.Helper()
	if len(served.Attributes) != len(recorded.Attributes) || len(served.BlockTypes) != len(recorded.BlockTypes) {
		t.Errorf("%s: %d attributes and %d blocks, recorded %d and %d", path, len(served.Attributes),
			len(served.BlockTypes), len(recorded.Attributes), len(recorded.BlockTypes))
	}
	for _, attribute := range served.Attributes {
		want, ok := recorded.Attributes[attribute.Name]
		if !ok {
			t.Errorf("%s.%s is not recorded", path, attribute.Name)
			continue
		}
		got := [5]bool{attribute.Required, attribute.Optional, attribute.Computed, attribute.Sensitive, attribute.Deprecated}
		flags := [5]bool{want.Required, want.Optional, want.Computed, want.Sensitive, want.Deprecated}
		if got != flags {
			t.Errorf("%s.%s: %v, recorded %v", path, attribute.Name, got, flags)
		}
		servedType, err := attribute.Type.MarshalJSON() //nolint:staticcheck // the notation of the record
		if err != nil {
			t.Fatal(err)
		}
		if !sameJSON(t, servedType, want.Type) {
			t.Errorf("%s.%s: type %s, recorded %s", path, attribute.Name, servedType, want.Type)
		}
	}
	for _, block := range served.BlockTypes {
		want, ok := recorded.BlockTypes[block.TypeName]
		if !ok {
			t.Errorf("%s.%s is not recorded", path, block.TypeName)
			continue
		}
		nesting := strings.ToLower(block.Nesting.String())
		if nesting != want.NestingMode || int(block.MinItems) != want.MinItems || int(block.MaxItems) != want.MaxItems {
			t.Errorf("%s.%s: %s %d..%d, recorded %s %d..%d", path, block.TypeName, nesting, block.MinItems,
				block.MaxItems, want.NestingMode, want.MinItems, want.MaxItems)
		}
		compareBlock(t, path+"."+block.TypeName, block.Block, want.Block)
	}
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var left, right any
	if err := json.Unmarshal(a, &left); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &right); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(left, right)
}

func TestRefusesByName(t *testing.T) {
	resource := newProvider().ResourcesMap["kubernetes_deployment_v1"]
	err := resource.CustomizeDiff(context.Background(), nil, nil)
	if err == nil || !strings.Contains(err.Error(), "kubernetes_deployment_v1 is not implemented by the stand-in") {
		t.Fatalf("got %v", err)
	}
}

func TestRefusesKubeconfigFiles(t *testing.T) {
	provider := newProvider()
	diagnostics := provider.Configure(context.Background(), terraform.NewResourceConfigRaw(map[string]any{
		"config_path": "~/.kube/config",
	}))
	if !diagnostics.HasError() {
		t.Fatal("a kubeconfig file was accepted")
	}
}
