package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"local/toolchain/schemas"
)

// managed is a resource type that the stand-in implements.
type managed interface {
	// validate looks at a configuration, in which much may be unknown.
	validate(s *server, config object) problems
	// plan completes what Terraform proposes.
	plan(ctx context.Context, s *server, c *change) error
	// create and update return the new state; together with an error it is what is known of a
	// resource that exists all the same.
	create(ctx context.Context, s *server, planned object) (object, error)
	update(ctx context.Context, s *server, prior, planned object) (object, error)
	// read returns nil when the resource is gone.
	read(ctx context.Context, s *server, state object) (object, error)
	remove(ctx context.Context, s *server, state object) error
	// adopt makes the first state of an imported resource in `empty`.
	adopt(ctx context.Context, s *server, id string, empty object) error
	// defaults are the values of optional attributes that are not configured.
	defaults() map[string]tftypes.Value
}

var implemented = map[string]managed{
	"azapi_resource":        armResource{},
	"azapi_resource_action": action{},
}

// dataSource completes the configuration of a data source.
type dataSource func(ctx context.Context, s *server, model object) error

var implementedData = map[string]dataSource{
	"azapi_resource":        readResourceData,
	"azapi_resource_action": readActionData,
	"azapi_client_config":   readClientConfig,
}

// server is the provider. What Terraform has no reason to ask for is left to the nil interface.
type server struct {
	tfprotov6.ProviderServer
	schema   *tfprotov6.GetProviderSchemaResponse
	armTypes map[string]schemas.ArmType
	settings settings
	client   *client
	locks    locks
}

func newServer() *server {
	recorded, err := schemas.Load("azapi")
	must(err)
	response := &tfprotov6.GetProviderSchemaResponse{
		ServerCapabilities: &tfprotov6.ServerCapabilities{GetProviderSchemaOptional: true},
		ResourceSchemas:    map[string]*tfprotov6.Schema{},
		DataSourceSchemas:  map[string]*tfprotov6.Schema{},
	}
	response.Provider, err = protocolSchema(recorded.Provider)
	must(err)
	for name, entry := range recorded.Resources {
		response.ResourceSchemas[name], err = protocolSchema(entry)
		must(err)
	}
	for name, entry := range recorded.DataSources {
		response.DataSourceSchemas[name], err = protocolSchema(entry)
		must(err)
	}
	armTypes, err := schemas.LoadArmTypes()
	must(err)
	return &server{schema: response, armTypes: armTypes}
}

// must is for what is embedded in the binary: an error is a mistake in the build.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func refused(kind, name string) error {
	return fmt.Errorf("%s %s is not implemented by the stand-in for the azapi provider: "+
		"use the real provider (a Terraform registry that answers) for it", kind, name)
}

func failure(summary string, err error) []*tfprotov6.Diagnostic {
	return []*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: err.Error(),
	}}
}

func (s *server) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	response := &tfprotov6.GetMetadataResponse{ServerCapabilities: s.schema.ServerCapabilities}
	for name := range s.schema.ResourceSchemas {
		response.Resources = append(response.Resources, tfprotov6.ResourceMetadata{TypeName: name})
	}
	for name := range s.schema.DataSourceSchemas {
		response.DataSources = append(response.DataSources, tfprotov6.DataSourceMetadata{TypeName: name})
	}
	return response, nil
}

func (s *server) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return s.schema, nil
}

func (s *server) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (s *server) GetFunctions(context.Context, *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return &tfprotov6.GetFunctionsResponse{}, nil
}

func (s *server) ValidateProviderConfig(_ context.Context, request *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: request.Config}, nil
}

func (s *server) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func (s *server) ConfigureProvider(_ context.Context, request *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	config, err := s.decode(s.schema.Provider, request.Config)
	if err == nil {
		s.settings = settings{block: config}
		s.client, err = s.settings.connect()
	}
	if err != nil {
		return &tfprotov6.ConfigureProviderResponse{Diagnostics: failure("Invalid provider configuration", err)}, nil
	}
	return &tfprotov6.ConfigureProviderResponse{Diagnostics: noticed()}, nil
}

func (s *server) ValidateResourceConfig(_ context.Context, request *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	resource, ok := implemented[request.TypeName]
	if !ok {
		return &tfprotov6.ValidateResourceConfigResponse{
			Diagnostics: failure("Not implemented", refused("resource", request.TypeName)),
		}, nil
	}
	config, err := s.decode(s.schema.ResourceSchemas[request.TypeName], request.Config)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: resource.validate(s, config)}, nil
}

func (s *server) ValidateDataResourceConfig(_ context.Context, request *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	if _, ok := implementedData[request.TypeName]; !ok {
		return &tfprotov6.ValidateDataResourceConfigResponse{
			Diagnostics: failure("Not implemented", refused("data source", request.TypeName)),
		}, nil
	}
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

// UpgradeResourceState only reads: a state of an older schema version is the real provider's.
func (s *server) UpgradeResourceState(_ context.Context, request *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	schema := s.schema.ResourceSchemas[request.TypeName]
	if schema == nil || request.Version != schema.Version {
		return &tfprotov6.UpgradeResourceStateResponse{Diagnostics: failure("State of another version",
			fmt.Errorf("the state of %s was written by another version of the azapi provider; the stand-in does not convert it", request.TypeName))}, nil
	}
	value, err := request.RawState.UnmarshalWithOpts(schema.ValueType(), tfprotov6.UnmarshalOpts{
		ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true},
	})
	if err != nil {
		return &tfprotov6.UpgradeResourceStateResponse{Diagnostics: failure("Unreadable state", err)}, nil
	}
	encoded, err := tfprotov6.NewDynamicValue(schema.ValueType(), value)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &encoded}, err
}

func (s *server) ReadResource(ctx context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	schema := s.schema.ResourceSchemas[request.TypeName]
	state, err := s.decode(schema, request.CurrentState)
	if err == nil && state != nil {
		ctx, cancel := withTimeout(ctx, state, "read")
		defer cancel()
		state, err = implemented[request.TypeName].read(ctx, s, state)
	}
	if err != nil {
		return &tfprotov6.ReadResourceResponse{
			NewState: request.CurrentState, Diagnostics: failure("Failed to retrieve resource", err),
		}, nil
	}
	encoded, err := s.encode(schema, state)
	return &tfprotov6.ReadResourceResponse{NewState: encoded, Private: request.Private}, err
}

func (s *server) ApplyResourceChange(ctx context.Context, request *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	schema, resource := s.schema.ResourceSchemas[request.TypeName], implemented[request.TypeName]
	prior, err := s.decode(schema, request.PriorState)
	if err != nil {
		return nil, err
	}
	planned, err := s.decode(schema, request.PlannedState)
	if err != nil {
		return nil, err
	}
	var state object
	summary := "Failed to create/update resource"
	switch {
	case planned == nil:
		summary = "Failed to delete resource"
		ctx, cancel := withTimeout(ctx, prior, "delete")
		defer cancel()
		if err = resource.remove(ctx, s, prior); err != nil {
			state = prior
		}
	case prior == nil:
		ctx, cancel := withTimeout(ctx, planned, "create")
		defer cancel()
		state, err = resource.create(ctx, s, planned)
	default:
		ctx, cancel := withTimeout(ctx, planned, "update")
		defer cancel()
		if state, err = resource.update(ctx, s, prior, planned); err != nil && state == nil {
			state = prior
		}
	}
	encoded, encodeError := s.encode(schema, known(state))
	response := &tfprotov6.ApplyResourceChangeResponse{NewState: encoded, Private: request.PlannedPrivate}
	var exists *existsError
	if errors.As(err, &exists) {
		summary = "Resource already exists"
	}
	if err != nil {
		response.Diagnostics = failure(summary, err)
	}
	return response, encodeError
}

func (s *server) ImportResourceState(ctx context.Context, request *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	resource, ok := implemented[request.TypeName]
	if !ok {
		return &tfprotov6.ImportResourceStateResponse{
			Diagnostics: failure("Not implemented", refused("resource", request.TypeName)),
		}, nil
	}
	schema := s.schema.ResourceSchemas[request.TypeName]
	state := object{}
	for name, attributeType := range schema.ValueType().(tftypes.Object).AttributeTypes {
		state[name] = tftypes.NewValue(attributeType, nil)
		if list, ok := attributeType.(tftypes.List); ok && name == "identity" {
			state[name] = tftypes.NewValue(list, []tftypes.Value{})
		}
	}
	if err := resource.adopt(ctx, s, request.ID, state); err != nil {
		return &tfprotov6.ImportResourceStateResponse{Diagnostics: failure("Failed to import resource", err)}, nil
	}
	encoded, err := s.encode(schema, state)
	return &tfprotov6.ImportResourceStateResponse{
		ImportedResources: []*tfprotov6.ImportedResource{{TypeName: request.TypeName, State: encoded}},
	}, err
}

func (s *server) MoveResourceState(_ context.Context, request *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return &tfprotov6.MoveResourceStateResponse{
		Diagnostics: failure("Not implemented", refused("moving a state to", request.TargetTypeName)),
	}, nil
}

func (s *server) ReadDataSource(ctx context.Context, request *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	schema := s.schema.DataSourceSchemas[request.TypeName]
	model, err := s.decode(schema, request.Config)
	if err == nil {
		ctx, cancel := withTimeout(ctx, model, "read")
		defer cancel()
		err = implementedData[request.TypeName](ctx, s, model)
	}
	if err != nil {
		return &tfprotov6.ReadDataSourceResponse{Diagnostics: failure("Failed to read "+request.TypeName, err)}, nil
	}
	encoded, err := s.encode(schema, model)
	return &tfprotov6.ReadDataSourceResponse{State: encoded}, err
}

func (s *server) decode(schema *tfprotov6.Schema, value *tfprotov6.DynamicValue) (object, error) {
	decoded, err := value.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	return objectOf(decoded)
}

func (s *server) encode(schema *tfprotov6.Schema, model object) (*tfprotov6.DynamicValue, error) {
	value := tftypes.NewValue(schema.ValueType(), nil)
	if model != nil {
		value = tftypes.NewValue(schema.ValueType(), map[string]tftypes.Value(model))
	}
	encoded, err := tfprotov6.NewDynamicValue(schema.ValueType(), value)
	return &encoded, err
}

// known empties what a failed operation left undecided: a state holds nothing unknown.
func known(state object) object {
	for name, value := range state {
		if !value.IsFullyKnown() {
			state.nothing(name)
		}
	}
	return state
}
