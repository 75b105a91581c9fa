package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"local/toolchain/schemas"
)

// protocolSchema turns a recorded schema into the protocol's.
func protocolSchema(recorded schemas.Resource) (*tfprotov6.Schema, error) {
	block, err := protocolBlock(recorded.Block)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.Schema{Version: recorded.Version, Block: block}, nil
}

func protocolBlock(recorded schemas.Block) (*tfprotov6.SchemaBlock, error) {
	attributes, err := protocolAttributes(recorded.Attributes)
	if err != nil {
		return nil, err
	}
	block := &tfprotov6.SchemaBlock{Attributes: attributes}
	for _, name := range slices.Sorted(maps.Keys(recorded.BlockTypes)) {
		nested := recorded.BlockTypes[name]
		inner, err := protocolBlock(nested.Block)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		nesting := tfprotov6.SchemaNestedBlockNestingModeList
		if nested.NestingMode == "single" {
			nesting = tfprotov6.SchemaNestedBlockNestingModeSingle
		}
		block.BlockTypes = append(block.BlockTypes, &tfprotov6.SchemaNestedBlock{
			TypeName: name, Block: inner, Nesting: nesting,
			MinItems: int64(nested.MinItems), MaxItems: int64(nested.MaxItems),
		})
	}
	return block, nil
}

func protocolAttributes(recorded map[string]schemas.Attribute) ([]*tfprotov6.SchemaAttribute, error) {
	attributes := []*tfprotov6.SchemaAttribute{}
	for _, name := range slices.Sorted(maps.Keys(recorded)) {
		source := recorded[name]
		attribute := &tfprotov6.SchemaAttribute{
			Name: name, Required: source.Required, Optional: source.Optional, Computed: source.Computed,
			Sensitive: source.Sensitive, Deprecated: source.Deprecated, WriteOnly: source.WriteOnly,
		}
		if source.NestedType != nil {
			inner, err := protocolAttributes(source.NestedType.Attributes)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			nesting := tfprotov6.SchemaObjectNestingModeSingle
			if source.NestedType.NestingMode == "list" {
				nesting = tfprotov6.SchemaObjectNestingModeList
			}
			attribute.NestedType = &tfprotov6.SchemaObject{Attributes: inner, Nesting: nesting}
		} else {
			parsed, err := tftypes.ParseJSONType(source.Type) //nolint:staticcheck // the only parser of this notation
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			attribute.Type = parsed
		}
		attributes = append(attributes, attribute)
	}
	return attributes, nil
}
