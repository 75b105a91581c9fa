package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

func namespaceResource(resource *schema.Resource) {
	resource.CreateContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		c := meta.(*connection)
		if diagnostics := create(ctx, d, c, namespaces, map[string]any{"kind": "Namespace"}); diagnostics.HasError() {
			return diagnostics
		}
		if d.Get("wait_for_default_service_account") == true {
			if err := waitForDefaultServiceAccount(ctx, d, c); err != nil {
				return diag.FromErr(err)
			}
		}
		return resource.ReadContext(ctx, d, meta)
	}
	resource.ReadContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		object, diagnostics := read(ctx, d, meta.(*connection), namespaces)
		if object == nil {
			return diagnostics
		}
		return set(d, map[string]any{"metadata": flattenMetadata(d, object, meta.(*connection))})
	}
	resource.UpdateContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		changes := patch{}
		changes.metadata(d)
		return update(ctx, d, meta.(*connection), namespaces, changes, resource.ReadContext)
	}
	resource.DeleteContext = func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		return deleteNamespace(ctx, d, meta.(*connection))
	}
}

func waitForDefaultServiceAccount(ctx context.Context, d *schema.ResourceData, c *connection) error {
	return retry.RetryContext(ctx, d.Timeout(schema.TimeoutCreate), func() *retry.RetryError {
		_, err := c.get(ctx, serviceAccounts.path(d.Id(), "default"))
		if isNotFound(err) {
			return retry.RetryableError(err)
		}
		if err != nil {
			return retry.NonRetryableError(err)
		}
		return nil
	})
}

// deleteNamespace waits: a namespace is "Terminating" until everything in it is gone.
func deleteNamespace(ctx context.Context, d *schema.ResourceData, c *connection) diag.Diagnostics {
	if diagnostics := remove(ctx, d, c, namespaces); diagnostics.HasError() {
		return diagnostics
	}
	wait := &retry.StateChangeConf{
		Target:  []string{},
		Pending: []string{"Terminating"},
		Timeout: d.Timeout(schema.TimeoutDelete),
		Refresh: func() (any, string, error) {
			object, err := c.get(ctx, namespaces.path("", d.Id()))
			if isNotFound(err) {
				return nil, "", nil
			}
			if err != nil {
				return object, "Error", err
			}
			status, _ := object["status"].(map[string]any)
			phase, _ := status["phase"].(string)
			return object, phase, nil
		},
	}
	_, err := wait.WaitForStateContext(ctx)
	return diag.FromErr(err)
}
