package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// plan follows azapi v2.12.0, internal/services/azapi_resource.go, ModifyPlan.
func (armResource) plan(ctx context.Context, s *server, c *change) error {
	config, prior, planned := c.config, c.prior, c.planned
	armType, apiVersion, err := splitType(config.text("type"))
	if err != nil {
		if config.isUnknown("type") {
			return nil
		}
		return err
	}
	c.keep("id")
	c.keepEqual("body")
	c.keepEqual("response_export_values")
	if config.isNull("parent_id") && isGroup(armType) {
		planned.setText("parent_id", "/subscriptions/"+s.settings.subscription())
	}
	if config.isNull("name") {
		fallback := s.settings.text("default_name")
		if fallback == "" {
			return errors.New(`the argument "name" is required, but no definition was found`)
		}
		planned.setText("name", fallback)
	}
	c.replaceWhenChanged("name")
	c.replaceWhenChanged("parent_id")
	if prior != nil {
		planned["output"] = prior["output"]
		keepIdentity(planned, prior)
		if !planned.isNull("replace_triggers_external_values") {
			c.replaceWhenChanged("replace_triggers_external_values")
		}
		if err := suppressNoChange(ctx, s, c, apiVersion); err != nil {
			return err
		}
	}
	bodyKnown := planned["body"].IsFullyKnown()
	if prior == nil || !bodyKnown || !planned["identity"].Equal(prior["identity"]) ||
		!planned["type"].Equal(prior["type"]) ||
		!planned["response_export_values"].Equal(prior["response_export_values"]) ||
		!semanticallyEqual(planned["body"], prior["body"]) {
		planned.unknown("output")
	}
	if bodyKnown {
		planTags(s, c)
		planLocation(s, c)
		c.replaceByReferences()
	} else {
		for _, name := range []string{"tags", "location"} {
			if config.isNull(name) {
				planned.unknown(name)
			}
		}
	}
	if planned.isUnknown("output") {
		planned["body"] = config["body"]
		planned["type"] = config["type"]
	}
	return nil
}

// suppressNoChange: a body that now names what Azure already has, or another API version of the same
// content, is no change.
func suppressNoChange(ctx context.Context, s *server, c *change, apiVersion string) error {
	if !s.settings.flag("ignore_no_op_changes", "ARM_IGNORE_NO_OP_CHANGES", true) || !c.planned["body"].IsFullyKnown() ||
		(semanticallyEqual(c.planned["body"], c.prior["body"]) && c.planned["type"].Equal(c.prior["type"])) {
		return nil
	}
	answer, err := s.client.get(ctx, call{path: c.prior.text("id"), version: apiVersion})
	if err != nil {
		return fmt.Errorf("Retrieving existing resource %s: %w", c.prior.text("id"), err)
	}
	// What Azure does not return, such as a secret, counts as it was configured.
	answer = overlay(answer, plain(c.prior["body"]))
	compare := comparisonOf(c.planned)
	compare.ignoreMissing = false
	configured := plain(c.planned["body"])
	if reflect.DeepEqual(compare.refresh("", configured, answer), configured) {
		c.planned["body"] = c.prior["body"]
		c.planned["type"] = c.prior["type"]
	}
	return nil
}

func keepIdentity(planned, prior object) {
	is, was := identityBlock(planned), identityBlock(prior)
	if is == nil || was == nil || is.text("type") != was.text("type") {
		return
	}
	if is["identity_ids"].Equal(was["identity_ids"]) || (is["identity_ids"].IsFullyKnown() &&
		sameIDs(is.texts("identity_ids"), was.texts("identity_ids"))) {
		planned["identity"] = prior["identity"]
	}
}

func planTags(s *server, c *change) {
	body, _ := plain(c.config["body"]).(map[string]any)
	kind := tftypes.Map{ElementType: tftypes.String}
	textMap := func(values map[string]any) tftypes.Value {
		tags := map[string]tftypes.Value{}
		for name, value := range values {
			tags[name] = tftypes.NewValue(tftypes.String, fmt.Sprint(value))
		}
		return tftypes.NewValue(kind, tags)
	}
	tags, inBody := body["tags"].(map[string]any)
	defaults, _ := plain(s.settings.block["default_tags"]).(map[string]any)
	switch {
	case !c.config.isNull("tags"):
		c.planned["tags"] = c.config["tags"]
	case inBody:
		c.planned["tags"] = textMap(tags)
	case len(defaults) > 0:
		c.planned["tags"] = textMap(defaults)
	case c.prior != nil && len(c.prior.textMap("tags")) == 0:
		c.planned["tags"] = c.prior["tags"]
	default:
		c.planned["tags"] = tftypes.NewValue(kind, nil)
	}
	if c.prior == nil || !c.prior["tags"].Equal(c.planned["tags"]) {
		c.planned.unknown("output")
	}
}

func planLocation(s *server, c *change) {
	body, _ := plain(c.config["body"]).(map[string]any)
	inBody, _ := body["location"].(string)
	fallback := s.settings.text("default_location")
	switch {
	case !c.config.isNull("location"):
		c.planned["location"] = c.config["location"]
		if c.prior != nil && !c.config.isUnknown("location") && normalLocation(c.config) == normalLocation(c.prior) {
			c.planned["location"] = c.prior["location"]
		}
	case inBody != "":
		c.planned.setText("location", inBody)
	case c.prior != nil && (c.prior.text("location") != "" || fallback == ""):
		c.planned["location"] = c.prior["location"]
	case fallback != "":
		c.planned.setText("location", fallback)
	default:
		c.planned["location"] = tftypes.NewValue(tftypes.String, nil)
	}
	if c.prior != nil && normalLocation(c.prior) != normalLocation(c.planned) {
		c.replace = append(c.replace, "location")
	}
}

// normalLocation: "East US" and "eastus" are the same.
func normalLocation(model object) string { return locationName(model.text("location")) }

func locationName(text string) string { return strings.ToLower(strings.ReplaceAll(text, " ", "")) }

// replaceByReferences is for `replace_triggers_refs`: JMESPath expressions over the body.
func (c *change) replaceByReferences() {
	if c.prior == nil {
		return
	}
	expressions := map[string]any{}
	for _, expression := range c.planned.texts("replace_triggers_refs") {
		expressions[expression] = expression
	}
	was, errBefore := output(plain(c.prior["body"]), implied(expressions), nil)
	is, errAfter := output(plain(c.planned["body"]), implied(expressions), nil)
	if errBefore == nil && errAfter == nil && !was.Equal(is) {
		c.replace = append(c.replace, "body")
	}
}
