package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

func configMapResource(resource *schema.Resource) {
	resource.CustomizeDiff = replaceImmutable
	resource.CreateContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		object := map[string]any{"kind": "ConfigMap", "immutable": d.Get("immutable")}
		for attribute, field := range map[string]string{"data": "data", "binary_data": "binaryData"} {
			if values := d.Get(attribute).(map[string]any); len(values) > 0 {
				object[field] = values
			}
		}
		if diagnostics := create(ctx, d, meta.(*connection), configMaps, object); diagnostics.HasError() {
			return diagnostics
		}
		return resource.ReadContext(ctx, d, meta)
	}
	resource.ReadContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		object, diagnostics := read(ctx, d, meta.(*connection), configMaps)
		if object == nil {
			return diagnostics
		}
		return set(d, map[string]any{
			"metadata":    flattenMetadata(d, object, meta.(*connection)),
			"data":        object["data"],
			"binary_data": object["binaryData"],
			"immutable":   object["immutable"] == true,
		})
	}
	resource.UpdateContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		changes := patch{}
		changes.metadata(d)
		changes.stringMap(d, "binary_data", "/binaryData")
		changes.stringMap(d, "data", "/data")
		if d.HasChange("immutable") {
			changes = append(changes, operation{"replace", "/immutable", d.Get("immutable")})
		}
		return update(ctx, d, meta.(*connection), configMaps, changes, resource.ReadContext)
	}
	resource.DeleteContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		return remove(ctx, d, meta.(*connection), configMaps)
	}
}

// replaceImmutable: Kubernetes refuses a change of what is marked immutable.
func replaceImmutable(_ context.Context, diff *schema.ResourceDiff, _ any) error {
	if before, _ := diff.GetChange("immutable"); diff.Id() == "" || before != true {
		return nil
	}
	for _, name := range []string{"data", "binary_data", "immutable"} {
		if diff.HasChange(name) {
			if err := diff.ForceNew(name); err != nil {
				return err
			}
		}
	}
	return nil
}
