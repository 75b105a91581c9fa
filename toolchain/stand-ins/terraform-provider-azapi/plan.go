package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// change is a plan in the making.
type change struct {
	config object
	// prior is nil for a new resource.
	prior   object
	planned object
	// replace names the attributes that cannot change in place.
	replace []string
}

func (s *server) PlanResourceChange(ctx context.Context, request *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	schema, resource := s.schema.ResourceSchemas[request.TypeName], implemented[request.TypeName]
	config, err := s.decode(schema, request.Config)
	if err != nil {
		return nil, err
	}
	if config == nil { // to be destroyed
		return &tfprotov6.PlanResourceChangeResponse{
			PlannedState: request.ProposedNewState, PlannedPrivate: request.PriorPrivate,
		}, nil
	}
	prior, err := s.decode(schema, request.PriorState)
	if err != nil {
		return nil, err
	}
	proposed, err := s.decode(schema, request.ProposedNewState)
	if err != nil {
		return nil, err
	}
	planning := &change{config: config, prior: prior, planned: proposed}
	if err := planning.applyDefaults(resource.defaults()); err != nil {
		return nil, err
	}
	if planning.differs(schema) {
		planning.forgetComputed(schema.Block, resource.defaults())
	}
	if err := resource.plan(ctx, s, planning); err != nil {
		return &tfprotov6.PlanResourceChangeResponse{
			PlannedState: request.ProposedNewState, Diagnostics: failure("Invalid configuration", err),
		}, nil
	}
	encoded, err := s.encode(schema, planning.planned)
	response := &tfprotov6.PlanResourceChangeResponse{PlannedState: encoded, PlannedPrivate: request.PriorPrivate}
	for _, name := range planning.replace {
		response.RequiresReplace = append(response.RequiresReplace, tftypes.NewAttributePath().WithAttributeName(name))
	}
	return response, err
}

func (c *change) applyDefaults(defaults map[string]tftypes.Value) error {
	for name, value := range defaults {
		if c.config.isNull(name) {
			c.planned[name] = value
		}
	}
	retry, err := objectOf(c.planned["retry"])
	if err != nil || retry == nil {
		return err
	}
	for name, value := range map[string]float64{
		"interval_seconds": defaultInterval, "max_interval_seconds": defaultMaxInterval,
		"multiplier": 1.5, "randomization_factor": 0.5,
	} {
		if retry.isNull(name) {
			retry[name] = tftypes.NewValue(tftypes.Number, value)
		}
	}
	c.planned["retry"] = tftypes.NewValue(c.planned["retry"].Type(), map[string]tftypes.Value(retry))
	return nil
}

func (c *change) differs(schema *tfprotov6.Schema) bool {
	if c.prior == nil {
		return true
	}
	value := func(model object) tftypes.Value {
		return tftypes.NewValue(schema.ValueType(), map[string]tftypes.Value(model))
	}
	return !value(c.prior).Equal(value(c.planned))
}

// forgetComputed: once something changes, whatever the configuration leaves to Azure may change too.
func (c *change) forgetComputed(block *tfprotov6.SchemaBlock, defaults map[string]tftypes.Value) {
	for _, attribute := range block.Attributes {
		if _, ok := defaults[attribute.Name]; attribute.Computed && c.config.isNull(attribute.Name) && !ok {
			c.planned.unknown(attribute.Name)
		}
	}
	if identity := identityBlock(c.planned); identity != nil {
		identity.unknown("principal_id")
		identity.unknown("tenant_id")
		setIdentity(c.planned, identity)
	}
}

// keep uses the state's value where only Azure decides and nothing says that it changed.
func (c *change) keep(name string) {
	if c.prior != nil && c.planned.isUnknown(name) && !c.prior.isNull(name) {
		c.planned[name] = c.prior[name]
	}
}

// replaceWhenChanged marks an attribute that is part of the resource's id.
func (c *change) replaceWhenChanged(name string) {
	if c.prior != nil && !c.planned[name].Equal(c.prior[name]) {
		c.replace = append(c.replace, name)
	}
}

// keepEqual uses the state's value where the configured one only has another type.
func (c *change) keepEqual(name string) {
	if c.prior == nil || c.config.isNull(name) || !c.config[name].IsFullyKnown() || c.prior.isNull(name) {
		return
	}
	if semanticallyEqual(c.config[name], c.prior[name]) {
		c.planned[name] = c.prior[name]
	}
}
