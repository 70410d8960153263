//! A value in, faults out: all of them, each with its path.

use serde_json::{Map, Value};

use super::pruned::{Field, Kept};
use super::{Kind, Schema, Types, object_meta, remedies, value};
use crate::finding::{Finding, Severity, nearest};
use crate::path::{FieldPath, Path, Segment};

/// What is wrong with a value, and of which sort.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) sort: Sort,
    pub(super) finding: Finding,
}

/// What the API server calls the sorts of faults. It evaluates no rules where there is one of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Required, Unsupported, Too long, Too many, and the wrong type or format.
    Structural,
    /// Invalid, Duplicate.
    Invalid,
    /// A field that the API server prunes.
    Unknown,
    /// What cannot be told here: a pattern or a rule that cannot be evaluated.
    Unchecked,
    /// No fault of the value: a null that the API server drops.
    Note,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) found: Vec<Fault>,
    /// How many of them the API server would refuse.
    refused: usize,
    /// How many steps rules have taken.
    #[cfg(feature = "cel")]
    pub(super) steps: u64,
}

impl Faults {
    pub(super) fn push(
        &mut self,
        sort: Sort,
        at: FieldPath,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let finding = match sort {
            Sort::Unchecked | Sort::Note => Finding::advice(at, problem, remedy),
            Sort::Structural | Sort::Invalid | Sort::Unknown => Finding::error(at, problem, remedy),
        };
        self.refused += usize::from(matches!(sort, Sort::Structural | Sort::Invalid));
        self.found.push(Fault { sort, finding });
    }

    fn extend(&mut self, other: Self) {
        self.refused += other.refused;
        self.found.extend(other.found);
    }

    /// Takes back what was said of unknown fields since there were so many faults.
    fn forget_unknown(&mut self, since: usize) {
        let said = self.found.split_off(since);
        let known = said.into_iter().filter(|fault| fault.sort != Sort::Unknown);
        self.found.extend(known);
    }

    /// Whether there is a fault for certain, or none; neither where that cannot be told.
    fn are_none(&self) -> Option<bool> {
        if self.refused > 0 {
            return Some(false);
        }
        let is_unchecked = |fault: &Fault| fault.sort == Sort::Unchecked;
        (!self.found.iter().any(is_unchecked)).then_some(true)
    }

    fn is_structural(&self) -> bool {
        self.found
            .iter()
            .any(|fault| fault.sort == Sort::Structural)
    }
}

impl Schema {
    /// Checks a value that stands at a path, and all within it.
    pub fn check(&self, value: &Value, at: &Path<'_>, found: &mut Vec<Finding>) {
        self.judge(Kept::part(value, self), None, at, found);
    }

    /// Checks an object of Kubernetes as a whole, against the schema of its kind.
    pub fn check_object(&self, object: &Value, old: Option<&Value>) -> Vec<Finding> {
        let mut found = Vec::new();
        let old = old.map(|old| Kept::object(old, self));
        self.judge(Kept::object(object, self), old, &Path::Root, &mut found);
        found
    }

    /// The names of the properties of the object at a path.
    pub fn properties_at(&self, steps: &[Segment]) -> Vec<&str> {
        let schema = steps.iter().try_fold(self, |schema, step| match step {
            Segment::Field(name) => schema.property(name),
            Segment::Index(_) => schema.items.as_deref(),
        });
        let names = schema
            .into_iter()
            .flat_map(|schema| schema.properties.keys());
        names.map(String::as_str).collect()
    }

    /// The place of a property below this schema, such as `userPool.mfa` or `clients[].tokens.access`. None if there are
    /// several.
    pub fn only_place_of(&self, name: &str) -> Option<String> {
        let mut places = Vec::new();
        self.find(name, "", &mut places);
        places.pop().filter(|_| places.is_empty())
    }

    fn find(&self, name: &str, at: &str, places: &mut Vec<String>) {
        for (property, schema) in &self.properties {
            let here = if at.is_empty() {
                property.clone()
            } else {
                format!("{at}.{property}")
            };
            if property == name {
                places.push(here.clone());
            }
            schema.find(name, &here, places);
        }
        if let Some(items) = &self.items {
            items.find(name, &format!("{at}[]"), places);
        }
    }

    /// Whether it has rules of `x-kubernetes-validations`, which alone ask for what an object was before.
    pub fn has_rules(&self) -> bool {
        self.has_rules
    }

    fn judge(
        &self,
        value: Kept<'_>,
        old: Option<Kept<'_>>,
        at: &Path<'_>,
        found: &mut Vec<Finding>,
    ) {
        let mut faults = Faults::default();
        self.walk(value, at, true, &mut faults);
        if self.has_rules && !faults.is_structural() {
            #[cfg(feature = "cel")]
            super::cel::check(self, value, old, at, &mut faults);
            #[cfg(not(feature = "cel"))]
            {
                let _ = old;
                faults.push(
                    Sort::Unchecked,
                    at.to_owned(),
                    "the rules of x-kubernetes-validations are not checked here",
                    "the API server checks them",
                );
            }
        }
        found.extend(faults.found.into_iter().map(|fault| fault.finding));
    }

    /// Checks a value against this schema and gives how many of its checks it passed, by which the API server chooses
    /// what to say where a value matches none of several schemas.
    ///
    /// `is_structure` is false under `allOf` and its like, which say nothing of which fields are known.
    fn walk(
        &self,
        kept: Kept<'_>,
        at: &Path<'_>,
        is_structure: bool,
        faults: &mut Faults,
    ) -> usize {
        if kept.value.is_null() {
            let fits = self.nullable || self.types == Types::Any;
            if !fits {
                self.wrong_type(kept.value, at, faults);
            } else if !self.choices.is_empty() {
                self.unsupported(kept.value, at, faults);
            }
            return usize::from(fits);
        }
        let fits = self.fits(kept.value);
        let before = faults.found.len();
        if !fits {
            self.wrong_type(kept.value, at, faults);
        } else if !self.choices.is_empty() && !value::is_among(kept.value, &self.choices) {
            self.unsupported(kept.value, at, faults);
        }
        // Each kind of check that applies counts once, and once more where it counts what is in it; see
        // k8s.io/kube-openapi, pkg/validation/validate.
        let of_type = if self.types == Types::Any && self.bounds.format.is_none() {
            0
        } else {
            1 + usize::from(fits)
        };
        let common = 2;
        let of_junctors = self.walk_junctors(kept, at, faults);
        let of_value = match kept.value {
            Value::Object(fields) => 1 + self.walk_object(kept, fields, at, is_structure, faults),
            Value::Array(entries) => 2 + self.walk_array(kept, entries, at, is_structure, faults),
            Value::String(text) => {
                value::check_string(self, text, at, faults);
                1 + usize::from(self.bounds.format.is_some())
            }
            Value::Number(number) => {
                value::check_number(&self.bounds, number, at, faults);
                2
            }
            Value::Null | Value::Bool(_) => 0,
        };
        if !fits {
            // Nothing is known of what is in a value of another type, which goes without saying.
            faults.forget_unknown(before);
        }
        of_type + common + of_junctors + of_value
    }

    /// Whether a value that is not null is of a type that may stand there.
    fn fits(&self, value: &Value) -> bool {
        // A text or a list of a format is of that format's type, whatever the schema says.
        let has_format = self.bounds.format.is_some() && (value.is_string() || value.is_array());
        match self.types {
            // Whatever else is of no format.
            Types::Any => has_format || self.bounds.format.is_none(),
            Types::IntOrString => value.is_string() || value::is_integer(value),
            Types::One(kind @ (Kind::Integer | Kind::Number)) => kind.includes(value),
            Types::One(kind) => has_format || kind.includes(value),
        }
    }

    /// `allOf`, `anyOf`, `oneOf` and `not`.
    fn walk_junctors(&self, kept: Kept<'_>, at: &Path<'_>, faults: &mut Faults) -> usize {
        let mut passed = 1;
        let attempt = |schema: &Schema| {
            let mut faults = Faults::default();
            let passed = schema.walk(kept, at, false, &mut faults);
            (passed, faults)
        };
        // Of those that a value does not match, the one that it matches most.
        let closest = |closest: &mut Option<(usize, Faults)>, attempt: (usize, Faults)| {
            if closest.as_ref().is_none_or(|(most, _)| attempt.0 > *most) {
                *closest = Some(attempt);
            }
        };
        if !self.any_of.is_empty() {
            let (mut nearest, mut matched, mut is_unknown) = (None, None, false);
            for attempt in self.any_of.iter().map(attempt) {
                match attempt.1.are_none() {
                    Some(true) => {
                        matched = Some(attempt);
                        break;
                    }
                    Some(false) => closest(&mut nearest, attempt),
                    None => is_unknown = true,
                }
            }
            if matched.is_none() && is_unknown {
                unchecked("anyOf", at, faults);
                nearest = None;
            } else if matched.is_none() {
                let problem = "Invalid value: must validate at least one schema (anyOf)";
                let remedy = remedies::alternatives(&self.any_of);
                faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
            }
            if let Some((more, found)) = matched.or(nearest) {
                passed += more;
                faults.extend(found);
            }
        }
        if !self.one_of.is_empty() {
            let (mut nearest, mut matched, mut is_unknown) = (None, Vec::new(), false);
            for attempt in self.one_of.iter().map(attempt) {
                match attempt.1.are_none() {
                    Some(true) => matched.push(attempt),
                    Some(false) => closest(&mut nearest, attempt),
                    None => is_unknown = true,
                }
            }
            match matched.len() {
                0 | 1 if is_unknown => unchecked("oneOf", at, faults),
                1 => {
                    for (more, found) in matched {
                        passed += more;
                        faults.extend(found);
                    }
                }
                0 => {
                    let problem = "Invalid value: must validate one and only one schema (oneOf): matches none";
                    let remedy = remedies::alternatives(&self.one_of);
                    faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
                    if let Some((more, found)) = nearest {
                        passed += more;
                        faults.extend(found);
                    }
                }
                many => {
                    let problem = format!(
                        "Invalid value: must validate one and only one schema (oneOf): matches {many}"
                    );
                    let remedy = remedies::alternatives(&self.one_of);
                    faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
                }
            }
        }
        for schema in &self.all_of {
            passed += schema.walk(kept, at, false, faults);
        }
        if let Some(schema) = &self.not {
            match attempt(schema).1.are_none() {
                Some(true) => {
                    let problem = "Invalid value: must not validate the schema (not)";
                    let remedy = remedies::opposite(schema);
                    faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
                }
                Some(false) => {}
                None => unchecked("not", at, faults),
            }
        }
        passed
    }

    fn walk_object(
        &self,
        kept: Kept<'_>,
        fields: &Map<String, Value>,
        at: &Path<'_>,
        is_structure: bool,
        faults: &mut Faults,
    ) -> usize {
        let mut passed = 0;
        let mut size = 0;
        for (name, value) in fields {
            let here = at.field(name);
            match kept.field(name, value) {
                Field::Kept(field) => {
                    size += 1;
                    if is_structure && let Some(schema) = field.schema {
                        passed += schema.walk(field, &here, true, faults);
                    } else if is_structure {
                        find_unknown(field, &here, faults);
                    } else if let Some(schema) = self.property(name) {
                        passed += schema.walk(field, &here, false, faults);
                    }
                }
                // Below, it counts as missing.
                Field::Dropped if is_structure && self.bounds.required.contains(name) => {}
                Field::Dropped if is_structure => {
                    let problem = "Invalid value: null: the API server drops it";
                    let remedy = "give a value, or remove the field";
                    faults.push(Sort::Note, here.to_owned(), problem, remedy);
                }
                Field::Unknown if is_structure => self.unknown(name, &here, faults),
                Field::Dropped | Field::Unknown => {}
            }
        }
        for (name, field) in kept.defaults(fields) {
            size += 1;
            if let Some(schema) = self.property(name) {
                passed += schema.walk(field, &at.field(name), is_structure, faults);
            }
        }
        self.check_size(size, at, faults);
        for name in &self.bounds.required {
            if kept.get(fields, name).is_none() {
                let remedy = remedies::missing(self.properties.get(name));
                let at = at.field(name).to_owned();
                faults.push(Sort::Structural, at, "Required value", remedy);
            }
        }
        if is_structure && kept.is_object_of_kubernetes() {
            object_meta::check(kept, fields, at, faults);
        }
        passed
    }

    fn check_size(&self, size: usize, at: &Path<'_>, faults: &mut Faults) {
        if let Some(limit) = self.bounds.max_properties
            && value::exceeds(size, limit)
        {
            let problem = format!("Too many: {size}: must have at most {limit} entries");
            faults.push(Sort::Structural, at.to_owned(), problem, "remove some");
        }
        if let Some(limit) = self.bounds.min_properties
            && value::falls_short(size, limit)
        {
            let problem = format!("Invalid value: {size}: should have at least {limit} properties");
            let remedy = remedies::or_remove(self, "add some");
            faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
        }
    }

    fn walk_array(
        &self,
        kept: Kept<'_>,
        entries: &[Value],
        at: &Path<'_>,
        is_structure: bool,
        faults: &mut Faults,
    ) -> usize {
        let mut passed = 0;
        if let Some(limit) = self.bounds.max_items
            && value::exceeds(entries.len(), limit)
        {
            let problem = format!(
                "Too many: {}: must have at most {limit} items",
                entries.len()
            );
            faults.push(Sort::Structural, at.to_owned(), problem, "remove some");
        }
        if let Some(limit) = self.bounds.min_items
            && value::falls_short(entries.len(), limit)
        {
            let problem = format!(
                "Invalid value: {}: should have at least {limit} items",
                entries.len()
            );
            let remedy = match remedies::or_remove(self, "add some") {
                remedy if self.is_required => remedy,
                remedy => remedy + " for its default",
            };
            faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
        }
        for (index, entry) in entries.iter().enumerate() {
            let here = at.index(index);
            let entry = kept.entry(entry);
            if let Some(schema) = &self.items {
                passed += schema.walk(entry, &here, is_structure, faults);
            } else if is_structure {
                find_unknown(entry, &here, faults);
            }
        }
        if self.bounds.unique_items {
            super::list::check_unique(kept, entries, at, faults);
        }
        if is_structure {
            self.list.check(kept, entries, at, faults);
        }
        passed
    }

    fn wrong_type(&self, value: &Value, at: &Path<'_>, faults: &mut Faults) {
        let (problem, remedy) = remedies::wrong_type(self, value);
        faults.push(Sort::Structural, at.to_owned(), problem, remedy);
    }

    fn unsupported(&self, value: &Value, at: &Path<'_>, faults: &mut Faults) {
        let (problem, remedy) = remedies::unsupported(&self.choices, value);
        faults.push(Sort::Structural, at.to_owned(), problem, remedy);
    }

    fn unknown(&self, name: &str, at: &Path<'_>, faults: &mut Faults) {
        let known = || self.properties.keys().map(String::as_str);
        // Of very many fields, to find the nearest takes long, and to list them helps nobody.
        let is_many = self.properties.len() > MOST_KNOWN;
        let remedy = match nearest(name, known().filter(|_| !is_many)) {
            Some(name) => format!("did you mean \"{name}\"?"),
            None if self.properties.is_empty() || is_many => "remove it".to_owned(),
            None => format!(
                "known fields are {}",
                known().collect::<Vec<_>>().join(", ")
            ),
        };
        faults.push(Sort::Unknown, at.to_owned(), "unknown field", remedy);
    }
}

/// Says that it cannot be told whether the schemas of a keyword are kept.
fn unchecked(keyword: &str, at: &Path<'_>, faults: &mut Faults) {
    let problem =
        format!("{keyword} is not checked here: it has a pattern or a format that is not for here");
    let remedy = "the API server checks it";
    faults.push(Sort::Unchecked, at.to_owned(), problem, remedy);
}

/// Finds the fields of what nothing is known of.
fn find_unknown(kept: Kept<'_>, at: &Path<'_>, faults: &mut Faults) {
    if !kept.is_unknown() {
        return;
    }
    match kept.value {
        Value::Object(fields) => {
            for name in fields.keys() {
                let problem = "unknown field";
                let remedy = "remove it: the schema knows no fields here";
                faults.push(Sort::Unknown, at.field(name).to_owned(), problem, remedy);
            }
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                find_unknown(kept.entry(entry), &at.index(index), faults);
            }
        }
        _ => {}
    }
}

impl Kind {
    fn includes(self, value: &Value) -> bool {
        match self {
            Self::Object => value.is_object(),
            Self::Array => value.is_array(),
            Self::String => value.is_string(),
            Self::Integer => value::is_integer(value),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
        }
    }
}

/// How many known fields are looked through for what was meant.
const MOST_KNOWN: usize = 200;

/// What to do about a rule that does not hold.
pub(super) const KEEP_THE_RULE: &str = "change it so that the rule holds";

impl Finding {
    /// Whether it says that a rule of `x-kubernetes-validations` does not hold.
    pub fn is_of_rule(&self) -> bool {
        self.severity == Severity::Error && self.remedy == KEEP_THE_RULE
    }

    /// Whether it says that a field is not known, so that the API server prunes it.
    pub fn is_of_unknown_field(&self) -> bool {
        self.severity == Severity::Error && self.problem == "unknown field"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(schema: Value, value: Value, expected: &[&str]) {
        let mut found = Vec::new();
        Schema::compile(&schema)
            .unwrap()
            .check(&value, &Path::Root.field("spec"), &mut found);
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn types() {
        let text = json!({"type": "string"});
        check(text.clone(), json!("a"), &[]);
        check(
            text.clone(),
            json!(5),
            &[
                "spec: Invalid value: 5: must be of type string, not integer; put it in quotes: \"5\"",
            ],
        );
        check(
            text.clone(),
            json!(null),
            &[
                "spec: Invalid value: null: must be of type string, not null; give a value, or remove the field",
            ],
        );
        check(
            text,
            json!({}),
            &["spec: Invalid value: must be of type string, not object; write a string"],
        );
        check(
            json!({"type": "boolean"}),
            json!("yes"),
            &[
                "spec: Invalid value: \"yes\": must be of type boolean, not string; write true or false",
            ],
        );
        check(
            json!({"type": "integer"}),
            json!(1.5),
            &[
                "spec: Invalid value: 1.5: must be of type integer, not number; write a whole number",
            ],
        );
        check(
            json!({"type": "array"}),
            json!("a"),
            &[
                "spec: Invalid value: \"a\": must be of type array, not string; write it as a list: [\"a\"]",
            ],
        );
        check(
            json!({"type": "string", "nullable": true}),
            json!(null),
            &[],
        );
        check(json!({"x-kubernetes-int-or-string": true}), json!(1), &[]);
        check(
            json!({"x-kubernetes-int-or-string": true}),
            json!(true),
            &[
                "spec: Invalid value: true: must be of type integer or string, not boolean; write a value",
            ],
        );
    }

    #[test]
    fn fields() {
        let schema = json!({"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "example": "web"}, "type": {"type": "string", "enum": ["Web", "Spa"]}}});
        check(schema.clone(), json!({"name": "a", "type": "Web"}), &[]);
        check(
            schema.clone(),
            json!({"tpye": "web", "other": 1}),
            &[
                "spec.other: unknown field; known fields are name, type",
                "spec.tpye: unknown field; did you mean \"type\"?",
                "spec.name: Required value; add it: such as \"web\"",
            ],
        );
        check(
            schema,
            json!({"name": "a", "type": "web"}),
            &[
                "spec.type: Unsupported value: \"web\": supported values: \"Web\", \"Spa\"; did you mean \"Web\"?",
            ],
        );
        check(
            json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}),
            json!({"a": 1}),
            &[],
        );
        check(
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            json!({"a": 1}),
            &[
                "spec.a: Invalid value: 1: must be of type string, not integer; put it in quotes: \"1\"",
            ],
        );
    }

    #[test]
    fn lists() {
        let set = json!({"type": "array", "maxItems": 2, "x-kubernetes-list-type": "set", "items": {"type": "string"}});
        check(set.clone(), json!(["a", "b"]), &[]);
        check(
            set,
            json!(["a", "b", "a"]),
            &[
                "spec: Too many: 3: must have at most 2 items; remove some",
                "spec[2]: Duplicate value: \"a\"; each may appear once; remove one",
            ],
        );
        let map = json!({"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
            "items": {"type": "object", "properties": {"name": {"type": "string"}}}});
        check(
            map,
            json!([{"name": "a"}, {"name": "a"}]),
            &["spec[1]: Duplicate value: {\"name\":\"a\"}; each may appear once; remove one"],
        );
    }

    #[test]
    fn bounds() {
        check(
            json!({"type": "string", "maxLength": 2}),
            json!("abc"),
            &["spec: Too long: 3 characters: may not be more than 2 characters; shorten it"],
        );
        check(
            json!({"type": "string", "minLength": 1}),
            json!(""),
            &[
                "spec: Invalid value: \"\": should be at least 1 chars long; write more, or remove the field",
            ],
        );
        check(
            json!({"type": "string", "pattern": "^[a-z]+$", "example": "web"}),
            json!("Web"),
            &["spec: Invalid value: \"Web\": should match '^[a-z]+$'; write it like \"web\""],
        );
        check(
            json!({"type": "integer", "minimum": 6, "maximum": 99}),
            json!(5),
            &["spec: Invalid value: 5: should be greater than or equal to 6; set at least 6"],
        );
        check(
            json!({"type": "integer", "minimum": 6, "maximum": 99}),
            json!(100),
            &["spec: Invalid value: 100: should be less than or equal to 99; set at most 99"],
        );
    }
}
