package main

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// tokenType is filled in by a controller, which the real provider waits for.
const tokenType = "kubernetes.io/service-account-token"

func secretResource(resource *schema.Resource) {
	resource.CustomizeDiff = func(ctx context.Context, diff *schema.ResourceDiff, meta any) error {
		for _, name := range []string{"data_wo", "binary_data_wo"} {
			if !diff.GetRawConfig().GetAttr(name).IsNull() {
				return fmt.Errorf("kubernetes_secret_v1: %q is not implemented by the stand-in for the kubernetes provider", name)
			}
		}
		if diff.Get("type") == tokenType {
			return fmt.Errorf("kubernetes_secret_v1: the type %s is not implemented by the stand-in for the kubernetes provider", tokenType)
		}
		return replaceImmutable(ctx, diff, meta)
	}
	resource.CreateContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		object := map[string]any{
			"kind": "Secret", "type": d.Get("type"), "immutable": d.Get("immutable"),
			"stringData": d.Get("data"), "data": d.Get("binary_data"),
		}
		if diagnostics := create(ctx, d, meta.(*connection), secrets, object); diagnostics.HasError() {
			return diagnostics
		}
		return resource.ReadContext(ctx, d, meta)
	}
	resource.ReadContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		object, diagnostics := read(ctx, d, meta.(*connection), secrets)
		if object == nil {
			return diagnostics
		}
		return setSecret(d, object, meta.(*connection))
	}
	resource.UpdateContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		changes := patch{}
		changes.metadata(d)
		if d.HasChanges("data", "binary_data") {
			changes = append(changes, operation{"add", "/data", secretData(d)})
		}
		if d.HasChange("immutable") {
			changes = append(changes, operation{"replace", "/immutable", d.Get("immutable")})
		}
		return update(ctx, d, meta.(*connection), secrets, changes, resource.ReadContext)
	}
	resource.DeleteContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		return remove(ctx, d, meta.(*connection), secrets)
	}
}

// secretData joins `data` (text) and `binary_data` (base64 already).
func secretData(d *schema.ResourceData) map[string]any {
	data := map[string]any{}
	for key, value := range d.Get("data").(map[string]any) {
		data[key] = base64.StdEncoding.EncodeToString([]byte(value.(string)))
	}
	for key, value := range d.Get("binary_data").(map[string]any) {
		data[key] = value
	}
	return data
}

func secretDataSource(source *schema.Resource) {
	source.ReadContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		object, diagnostics := readData(ctx, d, meta.(*connection), secrets)
		if object == nil {
			return diagnostics
		}
		return setSecret(d, object, &connection{})
	}
}

func setSecret(d *schema.ResourceData, object map[string]any, c *connection) diag.Diagnostics {
	binaryKeys := d.Get("binary_data").(map[string]any)
	binary, text := map[string]any{}, map[string]any{}
	encoded, _ := object["data"].(map[string]any)
	for key, value := range encoded {
		if _, ok := binaryKeys[key]; ok {
			binary[key] = value
			continue
		}
		decoded, err := base64.StdEncoding.DecodeString(value.(string))
		if err != nil {
			return diag.Errorf("secret %s, key %q: %s", d.Id(), key, err)
		}
		text[key] = string(decoded)
	}
	values := map[string]any{
		"metadata": flattenMetadata(d, object, c), "data": text,
		"type": object["type"], "immutable": object["immutable"] == true,
	}
	if len(binaryKeys) > 0 {
		values["binary_data"] = binary
	}
	return set(d, values)
}
