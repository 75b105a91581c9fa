package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// recovery is how long an interrupted creation may take to look whether the resource exists.
const recovery = 5 * time.Minute

// armResource is azapi_resource: any resource of Azure Resource Manager.
type armResource struct{}

func (armResource) defaults() map[string]tftypes.Value {
	flag := func(value bool) tftypes.Value { return tftypes.NewValue(tftypes.Bool, value) }
	return map[string]tftypes.Value{
		"body":                      implied(map[string]any{}),
		"ignore_casing":             flag(false),
		"ignore_missing_property":   flag(true),
		"ignore_null_property":      flag(false),
		"schema_validation_enabled": flag(true),
	}
}

func (armResource) validate(s *server, config object) problems {
	found := problems{}
	found.refusals(config, "sensitive_body", "sensitive_body_version", "ignore_body_changes")
	found.attributes(config)
	if config.isUnknown("type") {
		return found
	}
	armType, _, err := splitType(config.text("type"))
	if err == nil && config.isNull("parent_id") && !isGroup(armType) {
		found.add(nil, "Missing required argument", `The argument "parent_id" is required, but no definition was found.`)
		return found
	}
	members, _ := membersOf(config["body"])
	duplicates := false
	for _, name := range []string{"tags", "location", "identity"} {
		_, inBody := members[name]
		given := !config.isNull(name) && !config.isUnknown(name)
		if name == "identity" {
			given = identityBlock(config) != nil
		}
		if given && inBody {
			duplicates = true
			found.invalid(fmt.Errorf(`can't specify both the argument %q and %q in the argument "body"`, name, name))
		}
	}
	if !duplicates {
		found.invalid(validateBody(s.armTypes, config))
	}
	return found
}

// existsError: what exists is imported, never taken over.
type existsError struct{ id resourceID }

func (e *existsError) Error() string {
	return fmt.Sprintf("a resource with the ID %q already exists - to be managed via Terraform this resource needs to be "+
		"imported into the State. Please see the resource documentation for %q for more information", e.id.id, "azapi_resource")
}

func (r armResource) create(ctx context.Context, s *server, planned object) (object, error) {
	id, err := newResourceID(planned.text("name"), planned.text("parent_id"), planned.text("type"))
	if err != nil {
		return nil, err
	}
	// Without the block `retry`: the answer that the resource does not exist may be one of its expressions.
	_, err = s.client.get(ctx, call{
		path: id.id, version: id.apiVersion,
		headers: planned.textMap("read_headers"), query: queryOf(planned, "read_query_parameters"),
	})
	if err == nil {
		return nil, &existsError{id}
	}
	if !isNotFound(err) {
		return nil, fmt.Errorf("checking for presence of existing %s: %w", id, err)
	}
	if err := s.put(ctx, id, planned, nil, "create"); err != nil {
		// The resource may be there all the same: with its id in the state the next run replaces it,
		// instead of finding that it already exists.
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), recovery)
		defer cancel()
		answer, getError := s.getModel(late, id, planned)
		if getError != nil {
			return nil, err
		}
		state, completeError := r.complete(s, id, planned, answer)
		return state, errors.Join(err, completeError)
	}
	return r.reread(ctx, s, id, planned)
}

func (r armResource) update(ctx context.Context, s *server, prior, planned object) (object, error) {
	if onlyState(prior, planned, "retry", "timeouts", "create_headers", "create_query_parameters",
		"delete_headers", "delete_query_parameters", "read_headers", "read_query_parameters") {
		return planned, nil
	}
	id, err := newResourceID(planned.text("name"), planned.text("parent_id"), planned.text("type"))
	if err != nil {
		return nil, err
	}
	if err := s.put(ctx, id, planned, prior, "update"); err != nil {
		return nil, err
	}
	return r.reread(ctx, s, id, planned)
}

// onlyState says whether a change concerns nothing that Azure is told about.
func onlyState(prior, planned object, ignored ...string) bool {
	for name, value := range planned {
		skip := false
		for _, other := range ignored {
			skip = skip || name == other
		}
		if !skip && !value.Equal(prior[name]) {
			return false
		}
	}
	return true
}

func (s *server) put(ctx context.Context, id resourceID, planned, prior object, operation string) error {
	body, _ := plain(planned["body"]).(map[string]any)
	if body == nil {
		body = map[string]any{}
	}
	if location := planned.text("location"); body["location"] == nil && location != "" {
		body["location"] = location
	}
	if tags := planned.textMap("tags"); body["tags"] == nil && len(tags) > 0 {
		body["tags"] = plain(planned["tags"])
	}
	if body["identity"] == nil {
		identity, err := expandIdentity(planned)
		if err != nil {
			return err
		}
		if block := identityBlock(prior); identity == nil && block != nil && block.text("type") != noIdentity {
			identity = map[string]any{"type": noIdentity} // the block was removed
		}
		if identity != nil {
			body["identity"] = identity
		}
	}
	if planned.flag("ignore_null_property") {
		body = withoutNulls(body).(map[string]any)
	}
	retry, err := retryOptions(planned)
	if err != nil {
		return err
	}
	defer s.locks.acquire(planned.texts("locks"))()
	_, err = s.client.do(ctx, call{
		method: http.MethodPut, path: id.id, version: id.apiVersion, body: body, retry: retry,
		headers: planned.textMap(operation + "_headers"), query: queryOf(planned, operation+"_query_parameters"),
	})
	if err != nil {
		return fmt.Errorf("creating/updating %s: %w", id, err)
	}
	return nil
}

// reread gets the resource after a change and completes the state with it.
func (r armResource) reread(ctx context.Context, s *server, id resourceID, planned object) (object, error) {
	answer, err := s.getModel(ctx, id, planned, afterCreate...)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", id, err)
	}
	return r.complete(s, id, planned, answer)
}

func (armResource) complete(s *server, id resourceID, planned object, answer any) (object, error) {
	value, err := s.outputOf(planned, answer)
	if err != nil {
		return nil, err
	}
	planned.setText("id", id.id)
	planned["output"] = value
	completeIdentity(planned, answer)
	return planned, nil
}

func (s *server) outputOf(model object, answer any) (tftypes.Value, error) {
	var otherwise any
	if !s.settings.flag("disable_default_output", "ARM_DISABLE_DEFAULT_OUTPUT", false) {
		otherwise = defaultOutput(answer, plain(model["body"]))
	}
	return output(answer, model["response_export_values"], otherwise)
}

func (s *server) getModel(ctx context.Context, id resourceID, model object, codes ...int) (any, error) {
	retry, err := retryOptions(model, codes...)
	if err != nil {
		return nil, err
	}
	return s.client.get(ctx, call{
		path: id.id, version: id.apiVersion, retry: retry,
		headers: model.textMap("read_headers"), query: queryOf(model, "read_query_parameters"),
	})
}

// queryOf joins the values of each query parameter.
func queryOf(model object, name string) map[string]string {
	result := map[string]string{}
	members, _ := plain(model[name]).(map[string]any)
	for key, member := range members {
		texts := []string{}
		items, _ := member.([]any)
		for _, item := range items {
			texts = append(texts, fmt.Sprint(item))
		}
		result[key] = strings.Join(texts, ",")
	}
	return result
}

func (armResource) read(ctx context.Context, s *server, state object) (object, error) {
	id, err := parseResourceID(state.text("id"), state.text("type"))
	if err != nil {
		return nil, err
	}
	answer, err := s.getModel(ctx, id, state)
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", id, err)
	}
	if state["output"], err = s.outputOf(state, answer); err != nil {
		return nil, err
	}
	state.setText("name", id.name)
	state.setText("parent_id", id.parent)
	body := plain(state["body"])
	members, _ := answer.(map[string]any)
	if location, ok := members["location"].(string); ok && locationName(location) != normalLocation(state) {
		state.setText("location", location)
	}
	tags, _ := members["tags"].(map[string]any)
	if len(tags) > 0 || len(state.textMap("tags")) > 0 {
		if tags == nil {
			tags = map[string]any{}
		}
		if state["tags"], err = shaped(tags, tftypes.Map{ElementType: tftypes.String}); err != nil {
			return nil, fmt.Errorf("tags of %s: %w", id, err)
		}
	}
	if configured, _ := body.(map[string]any); configured["identity"] == nil {
		refreshIdentity(state, members["identity"])
	}
	if !state.isNull("body") {
		refreshed := comparisonOf(state).refresh("", body, answer)
		if state["body"], err = shaped(refreshed, state["body"].Type()); err != nil {
			state["body"] = implied(refreshed)
		}
	}
	return state, nil
}

func (armResource) remove(ctx context.Context, s *server, state object) error {
	id, err := parseResourceID(state.text("id"), state.text("type"))
	if err != nil {
		return err
	}
	retry, err := retryOptions(state)
	if err != nil {
		return err
	}
	defer s.locks.acquire(state.texts("locks"))()
	_, err = s.client.do(ctx, call{
		method: http.MethodDelete, path: id.id, version: id.apiVersion, retry: retry,
		headers: state.textMap("delete_headers"), query: queryOf(state, "delete_query_parameters"),
	})
	if err != nil && !isNotFound(err) {
		return fmt.Errorf("deleting %s: %w", id, err)
	}
	return nil
}

// adopt takes the whole answer as the body: which of it can be written is not known here.
func (r armResource) adopt(ctx context.Context, s *server, text string, state object) error {
	id, err := parseImportID(text)
	if err != nil {
		return err
	}
	for name, value := range r.defaults() {
		state[name] = value
	}
	for name, value := range map[string]string{
		"id": id.id, "name": id.name, "parent_id": id.parent, "type": id.armType + "@" + id.apiVersion,
	} {
		state.setText(name, value)
	}
	answer, err := s.getModel(ctx, id, state)
	if err != nil {
		return fmt.Errorf("reading %s: %w", id, err)
	}
	members, _ := answer.(map[string]any)
	if location, ok := members["location"].(string); ok {
		state.setText("location", locationName(location))
	}
	if tags, ok := members["tags"].(map[string]any); ok && len(tags) > 0 {
		if state["tags"], err = shaped(tags, tftypes.Map{ElementType: tftypes.String}); err != nil {
			return err
		}
	}
	refreshIdentity(state, members["identity"])
	body := map[string]any{}
	for name, value := range members {
		switch name {
		case "id", "name", "type", "location", "tags", "identity", "systemData", "etag":
		default:
			body[name] = value
		}
	}
	state["body"] = implied(body)
	state["output"], err = s.outputOf(state, answer)
	return err
}
