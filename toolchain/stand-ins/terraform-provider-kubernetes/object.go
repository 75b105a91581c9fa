package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// read gets the object of a resource; when it is gone the resource leaves the state.
func read(ctx context.Context, d *schema.ResourceData, c *connection, k kind) (map[string]any, diag.Diagnostics) {
	namespace, name, err := k.split(d.Id())
	if err != nil {
		return nil, diag.FromErr(err)
	}
	object, err := c.get(ctx, k.path(namespace, name))
	if isNotFound(err) {
		d.SetId("")
		return nil, nil
	}
	return object, diag.FromErr(err)
}

// readData gets the object of a data source, which is named by its metadata.
func readData(ctx context.Context, d *schema.ResourceData, c *connection, k kind) (map[string]any, diag.Diagnostics) {
	metadata := expandMetadata(d)
	namespace, _ := metadata["namespace"].(string)
	if namespace == "" {
		namespace = "default"
	}
	name, _ := metadata["name"].(string)
	d.SetId(namespace + "/" + name)
	object, err := c.get(ctx, k.path(namespace, name))
	if isNotFound(err) {
		return nil, nil
	}
	return object, diag.FromErr(err)
}

// create posts an object and remembers it.
func create(ctx context.Context, d *schema.ResourceData, c *connection, k kind, object map[string]any) diag.Diagnostics {
	metadata := expandMetadata(d)
	namespace, _ := metadata["namespace"].(string)
	object["apiVersion"] = "v1"
	object["metadata"] = metadata
	created, err := c.create(ctx, k.path(namespace, ""), object)
	if err != nil {
		return diag.FromErr(err)
	}
	d.SetId(idOf(created))
	return nil
}

// update sends a patch and reads the object again.
func update(ctx context.Context, d *schema.ResourceData, c *connection, k kind, changes patch, then schema.ReadContextFunc) diag.Diagnostics {
	namespace, name, err := k.split(d.Id())
	if err != nil {
		return diag.FromErr(err)
	}
	if _, err := c.patch(ctx, k.path(namespace, name), changes); err != nil {
		return diag.FromErr(err)
	}
	return then(ctx, d, c)
}

// remove deletes an object; one that is gone already is as good.
func remove(ctx context.Context, d *schema.ResourceData, c *connection, k kind) diag.Diagnostics {
	namespace, name, err := k.split(d.Id())
	if err != nil {
		return diag.FromErr(err)
	}
	if err := c.delete(ctx, k.path(namespace, name)); err != nil && !isNotFound(err) {
		return diag.FromErr(err)
	}
	return nil
}

func set(d *schema.ResourceData, values map[string]any) diag.Diagnostics {
	for name, value := range values {
		if err := d.Set(name, value); err != nil {
			return diag.FromErr(err)
		}
	}
	return nil
}
