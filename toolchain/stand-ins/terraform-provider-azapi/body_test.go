package main

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func parse(t *testing.T, text string) any {
	t.Helper()
	var data any
	if err := json.Unmarshal([]byte(text), &data); err != nil {
		t.Fatal(err)
	}
	return data
}

// Azure/terraform-provider-azapi v2.12.0, utils/json.go, UpdateObject.
func TestRefresh(t *testing.T) {
	usual := comparison{ignoreMissing: true}
	for name, test := range map[string]struct {
		compare                  comparison
		configured, actual, want string
	}{
		"a value that changed is a change":      {usual, `{"a":1}`, `{"a":2}`, `{"a":2}`},
		"what only Azure knows is none":         {usual, `{"a":1}`, `{"a":1,"b":2}`, `{"a":1}`},
		"what Azure leaves out is none":         {usual, `{"a":1,"s":"x"}`, `{"a":1}`, `{"a":1,"s":"x"}`},
		"unless it counts":                      {comparison{}, `{"a":1,"s":"x"}`, `{"a":1}`, `{"a":1}`},
		"what Azure hides is none":              {usual, `{"s":"secret"}`, `{"s":"*****"}`, `{"s":"secret"}`},
		"casing is a change":                    {usual, `{"t":"python"}`, `{"t":"Python"}`, `{"t":"Python"}`},
		"unless it is ignored":                  {comparison{ignoreCasing: true}, `{"t":"python"}`, `{"t":"Python"}`, `{"t":"python"}`},
		"items are told apart by name":          {usual, `[{"name":"b","v":1},{"name":"a","v":1}]`, `[{"name":"a","v":2,"w":3},{"name":"b","v":1}]`, `[{"name":"b","v":1},{"name":"a","v":2}]`},
		"an item more is a change":              {usual, `[{"name":"a"}]`, `[{"name":"a"},{"name":"b"}]`, `[{"name":"a"},{"name":"b"}]`},
		"a list of another length is as it is":  {usual, `["a","b"]`, `["a"]`, `["a"]`},
		"null is kept when nulls are ignored":   {comparison{ignoreNull: true}, `{"n":null}`, `{"n":1}`, `{"n":null}`},
		"another property can tell items apart": {comparison{uniqueIDs: map[string]string{"l": "id"}}, `{"l":[{"id":"x","v":1}]}`, `{"l":[{"id":"x","v":2}]}`, `{"l":[{"id":"x","v":2}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.compare.refresh("", parse(t, test.configured), parse(t, test.actual))
			if want := parse(t, test.want); !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestOutput(t *testing.T) {
	answer := `{"id":"/x","properties":{"state":"Succeeded","list":[{"name":"a"}]}}`
	for name, test := range map[string]struct{ exports, want string }{
		"paths":            {`["properties.state","properties.nope.deep"]`, `{"properties":{"state":"Succeeded"}}`},
		"everything":       {`["*"]`, answer},
		"nothing":          {`[]`, `{}`},
		"JMESPath":         {`{"first":"properties.list[0].name","none":"properties.nope"}`, `{"first":"a","none":null}`},
		"an invalid query": {`{"x":"[["}`, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := output(parse(t, answer), implied(parse(t, test.exports)), nil)
			if err != nil {
				t.Fatal(err)
			}
			if want := parse(t, test.want); !reflect.DeepEqual(plain(got), want) {
				t.Errorf("got %v, want %v", plain(got), want)
			}
		})
	}
	if _, err := output(parse(t, answer), tftypes.NewValue(tftypes.String, "id"), nil); err == nil {
		t.Error("a string was accepted")
	}
}

func TestShapedKeepsTheType(t *testing.T) {
	list := tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, "a")})
	got, err := shaped(parse(t, `["a","b"]`), list.Type())
	if err != nil || !got.Type().Equal(list.Type()) {
		t.Errorf("got %v, %v", got, err)
	}
	tuple := implied(parse(t, `["a"]`))
	if _, err := shaped(parse(t, `["a","b"]`), tuple.Type()); err == nil {
		t.Error("a tuple took another length")
	}
}

func TestOverlayKeepsWhatIsNotReturned(t *testing.T) {
	answer := map[string]any{"a": 1.0, "b": map[string]any{"c": "returned"}, "l": []any{map[string]any{"x": 1.0}}}
	body := map[string]any{"b": map[string]any{"secret": "configured"}, "l": []any{map[string]any{"y": 2.0}}}
	want := map[string]any{
		"a": 1.0, "b": map[string]any{"c": "returned", "secret": "configured"},
		"l": []any{map[string]any{"x": 1.0, "y": 2.0}},
	}
	if got := overlay(answer, body); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
