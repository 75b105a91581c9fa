package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
)

// resourceID is a resource with the API version that it is managed with.
type resourceID struct {
	id         string
	name       string
	parent     string
	armType    string
	apiVersion string
}

// splitType reads the attribute `type`: "Microsoft.ServiceLinker/linkers@2024-04-01".
func splitType(text string) (armType, apiVersion string, err error) {
	armType, apiVersion, ok := strings.Cut(text, "@")
	if !ok || armType == "" || apiVersion == "" {
		return "", "", errInvalidType
	}
	return armType, apiVersion, nil
}

var errInvalidType = errors.New("the argument \"type\" is invalid: `type` is invalid, it should be like `ResourceProvider/resourceTypes@ApiVersion`")

func isGroup(armType string) bool {
	return strings.EqualFold(armType, arm.ResourceGroupResourceType.String())
}

// newResourceID joins name, parent and type.
func newResourceID(name, parent, typeText string) (resourceID, error) {
	armType, apiVersion, err := splitType(typeText)
	if err != nil {
		return resourceID{}, err
	}
	scope := strings.TrimSuffix(parent, "/")
	id := ""
	switch segments := strings.Split(armType, "/"); {
	case isGroup(armType):
		id = scope + "/resourceGroups/" + name
	case strings.EqualFold(armType, arm.SubscriptionResourceType.String()):
		id = "/subscriptions/" + name
	case strings.EqualFold(armType, arm.ProviderResourceType.String()), len(segments) == 1:
		id = scope + "/providers/" + name
	case len(segments) == 2:
		id = scope + "/providers/" + armType + "/" + name
	default:
		wanted := strings.Join(segments[:len(segments)-1], "/")
		parsed, err := arm.ParseResourceID(parent)
		if err != nil {
			return resourceID{}, fmt.Errorf("`parent_id is invalid`: %w", err)
		}
		if !strings.EqualFold(parsed.ResourceType.String(), wanted) {
			return resourceID{}, fmt.Errorf("`parent_id is invalid`: expect ID of `%s`, got %s", wanted, parent)
		}
		id = scope + "/" + segments[len(segments)-1] + "/" + name
	}
	return resourceID{id, name, parent, armType, apiVersion}, nil
}

// parseResourceID reads an id that must be of the given type.
func parseResourceID(id, typeText string) (resourceID, error) {
	armType, apiVersion, err := splitType(typeText)
	if err != nil {
		return resourceID{}, err
	}
	parsed, err := arm.ParseResourceID(id)
	if err != nil {
		return resourceID{}, err
	}
	actual := parsed.ResourceType.String()
	provider := strings.EqualFold(actual, arm.ProviderResourceType.String())
	if !strings.EqualFold(actual, armType) && (!provider || strings.Contains(armType, "/")) {
		return resourceID{}, fmt.Errorf("`resource_id` and `type` are not matched, expect `type` to be %s, but got %s", actual, armType)
	}
	parent := ""
	if parsed.Parent != nil {
		parent = parsed.Parent.String()
	}
	return resourceID{id, parsed.Name, parent, armType, apiVersion}, nil
}

// parseImportID reads `<resource id>?api-version=<version>`.
func parseImportID(text string) (resourceID, error) {
	address, err := url.Parse(text)
	if err != nil {
		return resourceID{}, err
	}
	version := address.Query().Get("api-version")
	if version == "" {
		return resourceID{}, fmt.Errorf("the id %q has no `?api-version=...`: the stand-in for the azapi provider has no list of versions to choose from", text)
	}
	parsed, err := arm.ParseResourceID(address.Path)
	if err != nil {
		return resourceID{}, err
	}
	return parseResourceID(address.Path, parsed.ResourceType.String()+"@"+version)
}

func (r resourceID) String() string {
	return fmt.Sprintf("Resource: (ResourceId %q / Api Version %q)", r.id, r.apiVersion)
}
