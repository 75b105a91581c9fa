package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func readResourceData(ctx context.Context, s *server, model object) error {
	id, err := dataID(s, model)
	if err != nil {
		return err
	}
	retry, err := retryOptions(model)
	if err != nil {
		return err
	}
	answer, err := s.client.get(ctx, call{
		path: id.id, version: id.apiVersion, retry: retry,
		headers: model.textMap("headers"), query: queryOf(model, "query_parameters"),
	})
	missing := isNotFound(err)
	if missing && !model.flag("ignore_not_found") {
		return fmt.Errorf("resource %s not found", id)
	}
	if err != nil && !missing {
		return fmt.Errorf("retrieving %s: %w", id, err)
	}
	for name, value := range map[string]string{
		"id": id.id, "name": id.name, "parent_id": id.parent, "resource_id": id.id,
	} {
		model.setText(name, value)
	}
	model["exists"] = tftypes.NewValue(tftypes.Bool, !missing)
	for _, name := range []string{"location", "identity", "tags", "output"} {
		model.nothing(name)
	}
	if missing {
		return nil
	}
	members, _ := answer.(map[string]any)
	if location, ok := members["location"].(string); ok {
		model.setText("location", locationName(location))
	}
	tags, _ := members["tags"].(map[string]any)
	if tags == nil {
		tags = map[string]any{}
	}
	if model["tags"], err = shaped(tags, tftypes.Map{ElementType: tftypes.String}); err != nil {
		return fmt.Errorf("tags of %s: %w", id, err)
	}
	if identity := flattenIdentity(members["identity"]); identity != nil {
		setIdentity(model, identity)
	}
	model["output"], err = s.outputOf(model, answer)
	return err
}

// dataID is named by name and parent, or by the whole id.
func dataID(s *server, model object) (resourceID, error) {
	kind := model.text("type")
	armType, _, err := splitType(kind)
	if err != nil {
		return resourceID{}, err
	}
	subscription := "/subscriptions/" + s.settings.subscription()
	if name := model.text("name"); name != "" {
		parent := model.text("parent_id")
		if parent == "" && isGroup(armType) {
			parent = subscription
		}
		return newResourceID(name, parent, kind)
	}
	id := model.text("resource_id")
	if id == "" && armType == "Microsoft.Resources/subscriptions" {
		id = subscription
	}
	return parseResourceID(id, kind)
}

func readActionData(ctx context.Context, s *server, model object) error {
	answer, err := s.perform(ctx, model)
	if err != nil {
		return err
	}
	model.setText("id", model.text("resource_id"))
	return setOutputs(model, answer)
}

func readClientConfig(ctx context.Context, s *server, model object) error {
	subscription, tenant := s.settings.subscription(), s.settings.tenant()
	objectID, err := s.settings.objectID(ctx)
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"id":                       fmt.Sprintf("clientConfigs/subscriptionId=%s;tenantId=%s", subscription, tenant),
		"subscription_id":          subscription,
		"subscription_resource_id": "/subscriptions/" + subscription,
		"tenant_id":                tenant,
		"object_id":                objectID,
	} {
		model.setText(name, value)
	}
	return nil
}
