// Package notice is what a stand-in says about itself.
package notice

import (
	"fmt"
	"os"
)

// Told is set by a program that has already told its user which providers are stand-ins; Terraform
// would otherwise repeat the warning for every process that it starts.
const Told = "STAND_IN_PROVIDERS_TOLD"

// Text is the warning for a provider, or nothing when the user knows.
func Text(name, version string) (summary, detail string) {
	if os.Getenv(Told) != "" {
		return "", ""
	}
	return fmt.Sprintf("This is a stand-in for the provider %s", name),
		fmt.Sprintf("It serves the recorded schema of %s %s and implements only what this project's stack uses. "+
			"It is used where the Terraform registry does not answer.", name, version)
}
