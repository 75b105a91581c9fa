package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// serviceAccountResource leaves `default_secret_name` empty: since Kubernetes 1.24 there is none, and
// AKS offers nothing older.
func serviceAccountResource(resource *schema.Resource) {
	resource.CreateContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		object := map[string]any{
			"kind":                         "ServiceAccount",
			"automountServiceAccountToken": d.Get("automount_service_account_token"),
		}
		for attribute, field := range map[string]string{
			"image_pull_secret": "imagePullSecrets", "secret": "secrets",
		} {
			if references := elements(d.Get(attribute)); len(references) > 0 {
				object[field] = references
			}
		}
		if diagnostics := create(ctx, d, meta.(*connection), serviceAccounts, object); diagnostics.HasError() {
			return diagnostics
		}
		if err := d.Set("default_secret_name", ""); err != nil {
			return diag.FromErr(err)
		}
		return resource.ReadContext(ctx, d, meta)
	}
	resource.ReadContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		object, diagnostics := read(ctx, d, meta.(*connection), serviceAccounts)
		if object == nil {
			return diagnostics
		}
		return setServiceAccount(d, object, meta.(*connection))
	}
	resource.UpdateContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		changes := patch{}
		changes.metadata(d)
		for attribute, path := range map[string]string{
			"image_pull_secret": "/imagePullSecrets", "secret": "/secrets",
		} {
			if d.HasChange(attribute) {
				changes = append(changes, operation{"replace", path, elements(d.Get(attribute))})
			}
		}
		if d.HasChange("automount_service_account_token") {
			changes = append(changes, operation{
				"replace", "/automountServiceAccountToken", d.Get("automount_service_account_token"),
			})
		}
		return update(ctx, d, meta.(*connection), serviceAccounts, changes, resource.ReadContext)
	}
	resource.DeleteContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		return remove(ctx, d, meta.(*connection), serviceAccounts)
	}
}

func serviceAccountData(source *schema.Resource) {
	source.ReadContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		object, diagnostics := readData(ctx, d, meta.(*connection), serviceAccounts)
		if object == nil {
			return diagnostics
		}
		return setServiceAccount(d, object, &connection{})
	}
}

func setServiceAccount(d *schema.ResourceData, object map[string]any, c *connection) diag.Diagnostics {
	return set(d, map[string]any{
		"metadata":                        flattenMetadata(d, object, c),
		"automount_service_account_token": object["automountServiceAccountToken"] == true,
		"image_pull_secret":               references(object["imagePullSecrets"]),
		"secret":                          references(object["secrets"]),
	})
}

func references(value any) []any {
	names := []any{}
	for _, item := range elements(value) {
		names = append(names, map[string]any{"name": eventText(item, "name")})
	}
	return names
}
