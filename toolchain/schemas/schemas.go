// Package schemas holds the schemas that `terraform providers schema -json` printed from the real
// providers (names, types and flags; no descriptions), so that a stand-in accepts what the real
// provider accepts.
package schemas

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed azapi.json azapi-bodies.json kubernetes.json kubernetes-plan.json
var files embed.FS

// Provider is one provider's recorded schema.
type Provider struct {
	Provider    Resource            `json:"provider"`
	Resources   map[string]Resource `json:"resource_schemas"`
	DataSources map[string]Resource `json:"data_source_schemas"`
}

// Resource is the schema of one resource, data source or provider block.
type Resource struct {
	Version int64 `json:"version"`
	Block   Block `json:"block"`
}

// Block is a set of attributes and of nested blocks.
type Block struct {
	Attributes map[string]Attribute   `json:"attributes"`
	BlockTypes map[string]NestedBlock `json:"block_types"`
}

// NestedBlock is a block inside a block.
type NestedBlock struct {
	NestingMode string `json:"nesting_mode"`
	Block       Block  `json:"block"`
	MinItems    int    `json:"min_items"`
	MaxItems    int    `json:"max_items"`
}

// Attribute has either a type (in cty's JSON notation) or a nested type.
type Attribute struct {
	Type       json.RawMessage `json:"type"`
	NestedType *NestedType     `json:"nested_type"`
	Required   bool            `json:"required"`
	Optional   bool            `json:"optional"`
	Computed   bool            `json:"computed"`
	Sensitive  bool            `json:"sensitive"`
	Deprecated bool            `json:"deprecated"`
	WriteOnly  bool            `json:"write_only"`
}

// NestedType is the object type of a nested attribute (protocol 6).
type NestedType struct {
	Attributes  map[string]Attribute `json:"attributes"`
	NestingMode string               `json:"nesting_mode"`
}

// Plan is what decides a plan and the recorded schema does not say: see kubernetes-plan.json.
type Plan struct {
	// Timeouts are the defaults per operation, in Go's duration notation.
	Timeouts map[string]string `json:"timeouts"`
	// Attributes are keyed by the path of names, without indexes: "spec.container.image".
	Attributes map[string]PlanAttribute `json:"attributes"`
}

// PlanAttribute is what the provider's source says about one attribute.
type PlanAttribute struct {
	ForceNew bool `json:"force_new"`
	// Computed is recorded for blocks, whose recorded schema does not have it.
	Computed bool     `json:"computed"`
	Default  any      `json:"default"`
	OneOf    []string `json:"one_of"`
	// Format is the name of a check that the stand-in has in Go.
	Format string `json:"format"`
	// Quantity: Kubernetes quantities that are equal ("1000m" and "1") are no difference.
	Quantity bool `json:"quantity"`
}

// Load reads a provider's recorded schema: "azapi" or "kubernetes".
func Load(name string) (Provider, error) {
	var file struct {
		Schemas map[string]Provider `json:"provider_schemas"`
	}
	if err := read(name+".json", &file); err != nil {
		return Provider{}, err
	}
	for _, provider := range file.Schemas {
		return provider, nil
	}
	return Provider{}, fmt.Errorf("%s.json holds no provider", name)
}

// LoadPlans reads what decides the plan of each kubernetes resource.
func LoadPlans() (map[string]Plan, error) {
	var file struct {
		Resources map[string]Plan `json:"resources"`
	}
	err := read("kubernetes-plan.json", &file)
	return file.Resources, err
}

func read(name string, into any) error {
	data, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
