// Judges objects against schemas as the API server does, with its own library: what tests/differential.rs compares with.
//
// Each line that is read is a schema of a custom resource and objects of it; each line that is written has, for each
// object, the paths of what the API server refuses and of the fields that it prunes, or why it does not take the schema.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	crdvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

type question struct {
	Schema apiextensionsv1.JSONSchemaProps `json:"schema"`
	Cases  []struct {
		Object json.RawMessage `json:"object"`
		Old    json.RawMessage `json:"old"`
	} `json:"cases"`
}

type answer struct {
	// Why the schema is not taken.
	Refused  string    `json:"refused,omitempty"`
	Verdicts []verdict `json:"verdicts,omitempty"`
}

type verdict struct {
	Errors []string `json:"errors"`
	// Whether more might be wrong: the API server stops at metadata of another type.
	Stopped bool     `json:"stopped"`
	Unknown []string `json:"unknown"`
	// In words, for whoever looks into a difference.
	Messages []string `json:"messages"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 || err != nil {
			return
		}
		if err := encoder.Encode(judge(line)); err != nil {
			panic(err)
		}
		if err := out.Flush(); err != nil {
			panic(err)
		}
	}
}

func judge(line []byte) answer {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Refused: err.Error()}
	}
	var schema apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&asked.Schema, &schema, nil); err != nil {
		return answer{Refused: err.Error()}
	}
	if why := refuse(asked.Schema); why != "" {
		return answer{Refused: why}
	}
	s, err := structural.NewStructural(&schema)
	if err != nil {
		return answer{Refused: err.Error()}
	}
	values, _, err := validation.NewSchemaValidator(&schema)
	if err != nil {
		return answer{Refused: err.Error()}
	}
	rules := cel.NewValidator(s, true, celconfig.PerCallLimit)
	result := answer{Verdicts: []verdict{}}
	for _, each := range asked.Cases {
		object, unknown, err := kept(each.Object, s)
		if err != nil {
			result.Verdicts = append(result.Verdicts, verdict{Errors: []string{normal(err.Field)}, Stopped: true, Unknown: []string{}, Messages: []string{err.Error()}})
			continue
		}
		var old any
		if len(each.Old) > 0 {
			if old, _, err = kept(each.Old, s); err != nil {
				panic(err)
			}
		}
		errs := validation.ValidateCustomResource(nil, object, values)
		errs = append(errs, objectmeta.Validate(nil, object, s, false)...)
		errs = append(errs, listtype.ValidateListSetsAndMaps(nil, s, object)...)
		if rules != nil && !blocked(errs) {
			broken, _ := rules.Validate(context.Background(), nil, s, object, old, celconfig.RuntimeCELCostBudget)
			errs = append(errs, broken...)
		}
		result.Verdicts = append(result.Verdicts, verdictOf(errs, unknown))
	}
	return result
}

// Why the API server would not take a CRD of this schema.
func refuse(schema apiextensionsv1.JSONSchemaProps) string {
	crd := &apiextensionsv1.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{Name: "things.example.org"},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: "example.org",
			Scope: apiextensionsv1.ClusterScoped,
			Names: apiextensionsv1.CustomResourceDefinitionNames{Plural: "things", Singular: "thing", Kind: "Thing", ListKind: "ThingList"},
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
				Name: "v1", Served: true, Storage: true,
				Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &schema},
			}},
		},
	}
	apiextensionsv1.SetDefaults_CustomResourceDefinitionSpec(&crd.Spec)
	var internal apiextensions.CustomResourceDefinition
	if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(crd, &internal, nil); err != nil {
		return err.Error()
	}
	internal.Status.StoredVersions = []string{"v1"}
	if errs := crdvalidation.ValidateCustomResourceDefinition(context.Background(), &internal); len(errs) > 0 {
		return errs.ToAggregate().Error()
	}
	return ""
}

// What is kept of an object before it is validated, and the paths of what is not.
func kept(raw json.RawMessage, s *structural.Structural) (map[string]any, []string, *field.Error) {
	var object map[string]any
	if err := utiljson.Unmarshal(raw, &object); err != nil {
		panic(err)
	}
	tracked := structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	unknown := pruning.PruneWithOptions(object, s, true, tracked)
	defaulting.PruneNonNullableNullsWithoutDefaults(object, s)
	err, ofMetadata := objectmeta.CoerceWithOptions(nil, object, s, true, objectmeta.CoerceOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, nil, err
	}
	unknown = append(unknown, ofMetadata...)
	defaulting.Default(object, s)
	return object, unknown, nil
}

// The API server evaluates no rules on what is not sound.
func blocked(errs field.ErrorList) bool {
	return slices.ContainsFunc(errs, func(err *field.Error) bool {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		}
		return false
	})
}

var (
	// Where the library has a path in its text only.
	inText = regexp.MustCompile(`: "([^"]*)" must (not )?validate`)
	// The key of a map, which the library writes in two ways.
	key = regexp.MustCompile(`\[([^\]0-9][^\]]*)\]`)
)

func verdictOf(errs field.ErrorList, unknown []string) verdict {
	result := verdict{Errors: []string{}, Unknown: []string{}, Messages: []string{}}
	for _, err := range errs {
		result.Messages = append(result.Messages, err.Error())
		path := err.Field
		if match := inText.FindStringSubmatch(err.Error()); match != nil {
			// What does not validate says so itself.
			if strings.Contains(err.Error(), "(allOf)") {
				continue
			}
			path = match[1]
		}
		result.Errors = append(result.Errors, normal(path))
	}
	for _, path := range unknown {
		result.Unknown = append(result.Unknown, normal(path))
	}
	slices.Sort(result.Errors)
	result.Errors = slices.Compact(result.Errors)
	slices.Sort(result.Unknown)
	result.Unknown = slices.Compact(result.Unknown)
	return result
}

func normal(path string) string {
	// Of the object itself.
	if path == "<nil>" {
		return ""
	}
	return strings.TrimPrefix(key.ReplaceAllString(path, ".$1"), ".")
}
