package main

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The real provider's checks of single attributes (azapi v2.12.0, internal/services/myvalidator), with
// its summaries and details. Each looks at what is known.

// problems are what is wrong with a configuration.
type problems []*tfprotov6.Diagnostic

// add reports a problem; without a path it concerns the whole block.
func (p *problems) add(path *tftypes.AttributePath, summary, detail string) {
	*p = append(*p, &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: detail, Attribute: path,
	})
}

// invalid reports an error of the whole block, if there is one.
func (p *problems) invalid(err error) {
	if err != nil {
		p.add(nil, "Invalid configuration", err.Error())
	}
}

func attribute(names ...string) *tftypes.AttributePath {
	path := tftypes.NewAttributePath()
	for _, name := range names {
		path = path.WithAttributeName(name)
	}
	return path
}

// attributes checks those that azapi_resource and azapi_resource_action have in common.
func (p *problems) attributes(config object) {
	if kind := config.text("type"); kind != "" {
		if _, _, err := splitType(kind); err != nil {
			p.add(attribute("type"), "Invalid Resource Type", `expected "type" to be <resource-type>@<api-version>`)
		}
	}
	for _, name := range []string{"parent_id", "resource_id"} {
		if id := config.text(name); id != "" {
			if _, err := arm.ParseResourceID(id); err != nil {
				p.add(attribute(name), "Invalid Resource ID", err.Error())
			}
		}
	}
	if body, ok := config["body"]; ok && !body.IsNull() && body.IsKnown() && body.Type().Is(tftypes.String) {
		p.add(attribute("body"), "Invalid Type", "The value must not be a string. From 2.0, the value only accepts an HCL object. "+
			"Please refer to the documentation for more information: "+
			"https://registry.terraform.io/providers/Azure/azapi/latest/docs/guides/2.0-upgrade-guide#dynamic-properties-support")
	}
	p.locks(config)
	p.retry(config)
	p.timeouts(config)
}

func (p *problems) oneOf(config object, name string, allowed ...string) {
	if value := config.text(name); value != "" && !slices.Contains(allowed, value) {
		p.add(attribute(name), "Invalid Attribute Value Match",
			fmt.Sprintf("Attribute %s value must be one of: %q, got: %q", name, allowed, value))
	}
}

func (p *problems) locks(config object) {
	for i, lock := range texts(config["locks"]) {
		if lock.known && lock.text == "" {
			p.add(attribute("locks").WithElementKeyInt(i), "Invalid Attribute Value Length",
				fmt.Sprintf("Attribute locks[%d] string length must be at least 1, got: 0", i))
		}
	}
}

func (p *problems) retry(config object) {
	block, err := objectOf(config["retry"])
	if err != nil || block == nil {
		return
	}
	at := attribute("retry", "error_message_regex")
	expressions := texts(block["error_message_regex"])
	if len(expressions) == 0 && block["error_message_regex"].IsKnown() {
		p.add(at, "Invalid Attribute Value",
			"Attribute retry.error_message_regex list must contain at least 1 elements, got: 0")
	}
	for i, expression := range expressions {
		if _, err := regexp.Compile(expression.text); expression.known && err != nil {
			p.add(at.WithElementKeyInt(i), "Invalid regular expression", err.Error())
		}
	}
	for name, most := range map[string]float64{"interval_seconds": 120, "max_interval_seconds": 300} {
		seconds, ok := plain(block[name]).(float64)
		switch {
		case ok && seconds < 1:
			p.add(attribute("retry", name), "Invalid Attribute Value",
				fmt.Sprintf("Attribute retry.%s value must be at least 1, got: %g", name, seconds))
		case ok && seconds > most:
			p.add(attribute("retry", name), "Invalid Attribute Value",
				fmt.Sprintf("Attribute retry.%s value must be at most %g, got: %g", name, most, seconds))
		}
	}
}

func (p *problems) timeouts(config object) {
	block, err := objectOf(config["timeouts"])
	if err != nil {
		return
	}
	for name := range block {
		text := block.text(name)
		if _, err := time.ParseDuration(text); text != "" && err != nil {
			p.add(attribute("timeouts", name), "Invalid Attribute Value Time Duration", fmt.Sprintf("%q must be a string "+
				"containing a sequence of decimal numbers, each with optional fraction and a unit suffix, such as "+
				`"300ms", "-1.5h" or "2h45m". Valid time units are "ns", "us" (or "µs"), "ms", "s", "m", "h".`, text))
		}
	}
}

// item is a string of a list.
type item struct {
	text  string
	known bool
}

func texts(list tftypes.Value) []item {
	values, result := []tftypes.Value{}, []item{}
	if list.Type() == nil || !list.IsKnown() || list.IsNull() || list.As(&values) != nil {
		return nil
	}
	for _, value := range values {
		one := item{known: value.IsKnown() && !value.IsNull()}
		if one.known {
			_ = value.As(&one.text)
		}
		result = append(result, one)
	}
	return result
}

// refusals are attributes that the stand-in would ignore.
func (p *problems) refusals(config object, names ...string) {
	for _, name := range names {
		if !config.isNull(name) {
			p.add(attribute(name), "Not implemented",
				fmt.Sprintf("%q is not implemented by the stand-in for the azapi provider", name))
		}
	}
}
