package main

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// patch is a JSON Patch (RFC 6902).
type patch []operation

type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// metadata adds what changed in labels and annotations.
func (p *patch) metadata(d *schema.ResourceData) {
	for _, name := range []string{"annotations", "labels"} {
		p.stringMap(d, "metadata.0."+name, "/metadata/"+name)
	}
}

// stringMap changes single keys, so that keys which others added stay.
func (p *patch) stringMap(d *schema.ResourceData, attribute, path string) {
	if !d.HasChange(attribute) {
		return
	}
	before, after := d.GetChange(attribute)
	p.difference(path, before.(map[string]any), after.(map[string]any))
}

func (p *patch) difference(path string, was, is map[string]any) {
	if len(was) == 0 {
		*p = append(*p, operation{"add", path, is})
		return
	}
	for key := range was {
		if _, ok := is[key]; !ok {
			*p = append(*p, operation{Op: "remove", Path: path + "/" + pointer(key)})
		}
	}
	for key, value := range is {
		if old, ok := was[key]; !ok {
			*p = append(*p, operation{"add", path + "/" + pointer(key), value})
		} else if old != value {
			*p = append(*p, operation{"replace", path + "/" + pointer(key), value})
		}
	}
}

// pointer escapes a key for a JSON Pointer (RFC 6901).
func pointer(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}
