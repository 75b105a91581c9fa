package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// action is azapi_resource_action: one request on an existing resource, when it is created, when
// what it sends changes, or when it is destroyed.
type action struct{}

func (action) defaults() map[string]tftypes.Value {
	return map[string]tftypes.Value{
		"method": tftypes.NewValue(tftypes.String, "POST"),
		"when":   tftypes.NewValue(tftypes.String, "apply"),
	}
}

func (action) validate(_ *server, config object) problems {
	found := problems{}
	found.refusals(config, "sensitive_body", "sensitive_body_version")
	found.attributes(config)
	found.oneOf(config, "method", "POST", "PATCH", "PUT", "DELETE", "GET", "HEAD")
	found.oneOf(config, "when", "apply", "destroy")
	return found
}

// plan follows azapi v2.12.0, internal/services/azapi_resource_action_resource.go, ModifyPlan.
func (action) plan(_ context.Context, _ *server, c *change) error {
	prior, planned := c.prior, c.planned
	c.keep("id")
	for _, name := range []string{"body", "response_export_values", "sensitive_response_export_values"} {
		c.keepEqual(name)
	}
	c.replaceWhenChanged("resource_id")
	c.replaceWhenChanged("action")
	willRun := planned.text("when") == "apply"
	if prior == nil {
		return nil // everything computed is unknown already
	}
	if was, is := strings.Split(prior.text("type"), "@")[0], strings.Split(planned.text("type"), "@")[0]; !strings.EqualFold(was, is) {
		c.replace = append(c.replace, "type")
	}
	outputs := []string{"output", "sensitive_output"}
	for _, name := range append(outputs, "exist") {
		planned[name] = prior[name]
	}
	sameBody := c.config["body"].IsFullyKnown() && semanticallyEqual(c.config["body"], prior["body"])
	for _, name := range outputs {
		exports := strings.Replace(name, "output", "response_export_values", 1)
		if !sameBody || !planned[exports].Equal(prior[exports]) || (willRun && !onlyState(prior, planned, skipped...)) {
			planned.unknown(name)
		}
	}
	if willRun && (!sameBody || !onlyState(prior, planned, append(outputs, skipped...)...)) {
		planned.unknown("exist")
	}
	return nil
}

// skipped are the attributes whose change sends no request.
var skipped = []string{"retry", "timeouts", "locks", "exist", "output", "sensitive_output"}

func (a action) create(ctx context.Context, s *server, planned object) (object, error) {
	if planned.text("when") == "apply" {
		return a.run(ctx, s, planned)
	}
	planned.setText("id", actionID(planned))
	for _, name := range []string{"output", "sensitive_output", "exist"} {
		planned.nothing(name)
	}
	return planned, nil
}

func (a action) update(ctx context.Context, s *server, prior, planned object) (object, error) {
	if planned.text("when") != "apply" || onlyState(prior, planned, skipped...) {
		return planned, nil
	}
	return a.run(ctx, s, planned)
}

func (action) read(_ context.Context, _ *server, state object) (object, error) {
	if state.isNull("when") {
		state.setText("when", "apply")
	}
	return state, nil
}

func (a action) remove(ctx context.Context, s *server, state object) error {
	if state.text("when") != "destroy" {
		return nil
	}
	_, err := a.run(ctx, s, state)
	return err
}

func (action) adopt(context.Context, *server, string, object) error {
	return errors.New("azapi_resource_action cannot be imported")
}

func (action) run(ctx context.Context, s *server, model object) (object, error) {
	defer s.locks.acquire(model.texts("locks"))()
	answer, err := s.perform(ctx, model)
	exists := true
	if err != nil {
		if !isNotFound(err) || !model.flag("ignore_not_found") {
			return nil, err
		}
		exists = false
	}
	model["exist"] = tftypes.NewValue(tftypes.Bool, exists)
	model.setText("id", actionID(model))
	return model, setOutputs(model, answer)
}

func setOutputs(model object, answer any) error {
	var err error
	if model["output"], err = output(answer, model["response_export_values"], nil); err != nil {
		return err
	}
	model["sensitive_output"], err = output(answer, model["sensitive_response_export_values"], nil)
	return err
}

// perform sends the request of an action, of the resource as of the data source.
func (s *server) perform(ctx context.Context, model object) (any, error) {
	id, err := parseResourceID(model.text("resource_id"), model.text("type"))
	if err != nil {
		return nil, err
	}
	retry, err := retryOptions(model)
	if err != nil {
		return nil, err
	}
	path := id.id
	if name := model.text("action"); name != "" {
		path += "/" + name
	}
	answer, err := s.client.do(ctx, call{
		method: cmp.Or(model.text("method"), "POST"), path: path, version: id.apiVersion, body: plain(model["body"]), retry: retry,
		headers: model.textMap("headers"), query: queryOf(model, "query_parameters"),
	})
	if err != nil {
		return nil, fmt.Errorf("performing action %s of %s: %w", model.text("action"), id, err)
	}
	return answer, nil
}

func actionID(model object) string {
	if name := model.text("action"); name != "" {
		return model.text("resource_id") + "/" + name
	}
	return model.text("resource_id")
}
