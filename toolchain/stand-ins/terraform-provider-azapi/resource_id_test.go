package main

import "testing"

const group = "/subscriptions/s/resourceGroups/g"

func TestResourceIDs(t *testing.T) {
	cluster := group + "/providers/Microsoft.ContainerService/managedClusters/c"
	for _, test := range []struct{ name, parent, kind, want string }{
		{"g", "/subscriptions/s", "Microsoft.Resources/resourceGroups@1", group},
		{"c", group, "Microsoft.ContainerService/managedClusters@1", cluster},
		{"openai_conn", cluster, "Microsoft.ServiceLinker/linkers@1", cluster + "/providers/Microsoft.ServiceLinker/linkers/openai_conn"},
		{"p", cluster, "Microsoft.ContainerService/managedClusters/agentPools@1", cluster + "/agentPools/p"},
		{"Microsoft.ServiceLinker", "/subscriptions/s", "Microsoft.Resources/providers@1", "/subscriptions/s/providers/Microsoft.ServiceLinker"},
	} {
		built, err := newResourceID(test.name, test.parent, test.kind)
		if err != nil || built.id != test.want {
			t.Errorf("got %q, %v; want %q", built.id, err, test.want)
			continue
		}
		parsed, err := parseResourceID(built.id, test.kind)
		if err != nil || parsed != built {
			t.Errorf("got %+v, %v; want %+v", parsed, err, built)
		}
	}
}

func TestResourceIDsThatDoNotFit(t *testing.T) {
	if _, err := newResourceID("p", group, "Microsoft.ContainerService/managedClusters/agentPools@1"); err == nil {
		t.Error("a child resource took a group as its parent")
	}
	if _, err := parseResourceID(group, "Microsoft.ServiceLinker/linkers@1"); err == nil {
		t.Error("an id of another type was taken")
	}
	if _, _, err := splitType("Microsoft.ServiceLinker/linkers"); err == nil {
		t.Error("a type without a version was taken")
	}
	if _, err := parseImportID(group); err == nil {
		t.Error("an import without a version was taken")
	}
}
