package main

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The block `identity`: a managed identity of the resource.

const noIdentity = "None"

// expandIdentity is Azure's form of the block, or nil without one.
func expandIdentity(model object) (any, error) {
	block := identityBlock(model)
	if block == nil {
		return nil, nil
	}
	result := map[string]any{"type": block.text("type")}
	ids := map[string]any{}
	for _, id := range block.texts("identity_ids") {
		ids[id] = map[string]any{}
	}
	if len(ids) > 0 {
		if !strings.Contains(block.text("type"), "UserAssigned") {
			return nil, errors.New("`identity_ids` can only be specified when `type` includes `UserAssigned`")
		}
		result["userAssignedIdentities"] = ids
	}
	return result, nil
}

func identityBlock(model object) object {
	value, ok := model["identity"]
	if !ok || value.IsNull() || !value.IsKnown() {
		return nil
	}
	blocks := []tftypes.Value{}
	if value.As(&blocks) != nil || len(blocks) == 0 {
		return nil
	}
	block, _ := objectOf(blocks[0])
	return block
}

func setIdentity(model object, block object) {
	list := model["identity"].Type().(tftypes.List)
	if block == nil {
		model["identity"] = tftypes.NewValue(list, []tftypes.Value{})
		return
	}
	model["identity"] = tftypes.NewValue(list, []tftypes.Value{
		tftypes.NewValue(list.ElementType, map[string]tftypes.Value(block)),
	})
}

// flattenIdentity reads Azure's form into the block's, or nil where there is none.
func flattenIdentity(answer any) object {
	members, _ := answer.(map[string]any)
	kind, ok := members["type"].(string)
	if !ok {
		return nil
	}
	switch {
	case strings.Contains(kind, ","):
		kind = "SystemAssigned, UserAssigned"
	case strings.EqualFold(kind, "UserAssigned"):
		kind = "UserAssigned"
	case strings.EqualFold(kind, "SystemAssigned"):
		kind = "SystemAssigned"
	default:
		kind = noIdentity
	}
	text := func(name string) tftypes.Value {
		value, _ := members[name].(string)
		return tftypes.NewValue(tftypes.String, value)
	}
	assigned, _ := members["userAssignedIdentities"].(map[string]any)
	ids := []tftypes.Value{}
	for _, id := range slices.Sorted(maps.Keys(assigned)) {
		ids = append(ids, tftypes.NewValue(tftypes.String, id))
	}
	return object{
		"type":         tftypes.NewValue(tftypes.String, kind),
		"identity_ids": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, ids),
		"principal_id": text("principalId"),
		"tenant_id":    text("tenantId"),
	}
}

// completeIdentity fills in what Azure decides of a configured identity.
func completeIdentity(model object, answer any) {
	block := identityBlock(model)
	if block == nil {
		return
	}
	members, _ := answer.(map[string]any)
	actual := flattenIdentity(members["identity"])
	for _, name := range []string{"principal_id", "tenant_id"} {
		if actual != nil {
			block[name] = actual[name]
		} else {
			block[name] = tftypes.NewValue(tftypes.String, nil)
		}
	}
	setIdentity(model, block)
}

// refreshIdentity shows what changed in Azure: no identity and the type None are the same.
func refreshIdentity(state object, answer any) {
	block, actual := identityBlock(state), flattenIdentity(answer)
	none := actual == nil || actual.text("type") == noIdentity
	switch {
	case block == nil && none, block != nil && block.text("type") == noIdentity && actual == nil:
	case actual == nil:
		setIdentity(state, nil)
	default:
		if block != nil && len(block.texts("identity_ids")) == 0 && len(actual.texts("identity_ids")) == 0 {
			actual["identity_ids"] = block["identity_ids"]
		}
		if block != nil && sameIDs(block.texts("identity_ids"), actual.texts("identity_ids")) {
			actual["identity_ids"] = block["identity_ids"]
		}
		setIdentity(state, actual)
	}
}

func sameIDs(a, b []string) bool {
	lower := func(ids []string) []string {
		result := []string{}
		for _, id := range ids {
			result = append(result, strings.ToLower(id))
		}
		slices.Sort(result)
		return result
	}
	return slices.Equal(lower(a), lower(b))
}
