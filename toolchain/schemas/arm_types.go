package schemas

// ArmType is a resource type of Azure Resource Manager that the stack manages through azapi.
type ArmType struct {
	// Versions are the API versions that azapi knows.
	Versions []string `json:"versions"`
	// Bodies are the definitions of those versions that the stack uses.
	Bodies map[string]ArmProperty `json:"bodies"`
}

// ArmProperty says what a property of a body may hold.
type ArmProperty struct {
	// Type is string, boolean, array, map or object.
	Type     string `json:"type"`
	Required bool   `json:"required"`
	ReadOnly bool   `json:"read_only"`
	// Values of a string are what Azure names; it may take others.
	Values []string     `json:"values"`
	Items  *ArmProperty `json:"items"`
	// Properties of an object. With a discriminator those that every variant has.
	Properties map[string]ArmProperty `json:"properties"`
	// Discriminator is the property whose value chooses the variant.
	Discriminator string                            `json:"discriminator"`
	Variants      map[string]map[string]ArmProperty `json:"variants"`
}

// LoadArmTypes reads azapi-bodies.json, by type.
func LoadArmTypes() (map[string]ArmType, error) {
	var file struct {
		Types map[string]ArmType `json:"types"`
	}
	err := read("azapi-bodies.json", &file)
	return file.Types, err
}
