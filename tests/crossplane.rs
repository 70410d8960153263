//! Crossplane's own command line tools call the server and check what they get, in the oldest version that there is
//! support for, in the last one of Crossplane 1 and in Crossplane 2.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

mod common;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{EXAMPLES, Server, documents, folder, function_appauth, in_repository, tool, yaml};
use serde_json::{Map, Value, json};
use similar_asserts::SimpleDiff;

const VERSIONS: [&str; 3] = ["1.14", "1.20", "2.2"];
/// Those that can validate.
const VALIDATING: [&str; 2] = ["1.20", "2.2"];
const RESOURCE_NAME: &str = "crossplane.io/composition-resource-name";

#[test]
#[ignore = "needs the Crossplane command line tools: make test builds them"]
fn every_crossplane_renders_what_our_own_command_renders() {
    let server = Server::insecure();
    let mut differences = String::new();
    for case in cases() {
        let ours = essence(&case.render());
        for version in VERSIONS {
            let theirs = essence(&case.render_by(version, &server));
            // The oldest hands nothing over of the cluster.
            let unasked = (version == "1.14").then(|| essence(&case.render_without_cluster()));
            let ours = unasked.as_ref().unwrap_or(&ours);
            compare(&mut differences, &case, (version, &theirs), ("ours", ours));
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
#[ignore = "needs the Crossplane command line tools: make test builds them"]
fn our_own_command_prints_what_crossplane_2_prints() {
    let server = Server::insecure();
    assert_alike(|case| {
        let mut theirs = case.render_by("2.2", &server);
        say_instead(&mut theirs, " (the cluster has none)", "");
        say_nothing_of_kinds(&mut theirs);
        (theirs, case.render())
    });
}

#[test]
#[ignore = "needs the Crossplane command line tools: make test builds them"]
fn crossplane_2_sends_schemas_and_they_judge() {
    let server = Server::insecure();
    let published = openapi("published", |_| {});
    assert_alike(|case| {
        let what = format!("{} by Crossplane 2.2 with schemas", case.name());
        let mut render = case.crossplane_render("2.2", &server, &case.xr());
        let mut theirs = printed(render.arg("--required-schemas").arg(&published), &what);
        say_instead(&mut theirs, "the cluster's schemas", "the given schemas");
        let mut render = case.our_render(case.cluster());
        let ours = printed(render.arg("--crds").arg(&published), "ours with --crds");
        assert!(
            valid(&ours).starts_with("Checked against Cognito's rules and the given schemas of"),
            "{}",
            valid(&ours)
        );
        (theirs, ours)
    });

    let narrow = openapi("narrow", |client| {
        client["properties"]["spec"]["properties"]["forProvider"]["properties"]["callbackURLs"]["maxItems"] =
            json!(0);
    });
    let case = &cases()[0];
    let mut render = case.crossplane_render("2.2", &server, &case.xr());
    let Output { status, stderr, .. } = render
        .arg("--required-schemas")
        .arg(&narrow)
        .output()
        .unwrap();
    assert!(!status.success());
    let said = "UserPoolClient/client-web spec.forProvider.callbackURLs: Too many: 1: must have at most 0 items; remove \
                some";
    assert!(text(&stderr).contains(said), "{}", text(&stderr));
}

#[test]
#[ignore = "needs the Crossplane command line tools: make test builds them"]
fn what_crossplane_renders_is_valid_for_the_api_server() {
    let server = Server::insecure();
    let extensions = extensions("rendered");
    for case in cases() {
        let xr = documents(&case.xr()).remove(0);
        let rendered = VERSIONS.map(|version| (version, case.render_by(version, &server)));
        for (by, rendered) in rendered.into_iter().chain([("ours", case.render())]) {
            let file = folder(&format!("rendered-{}-by-{by}", case.name())).join("all.yaml");
            let resources = stored(&xr, rendered);
            let lines: Vec<String> = resources.iter().map(Value::to_string).collect();
            fs::write(&file, lines.join("\n---\n")).unwrap();
            for version in VALIDATING {
                assert_valid(
                    version,
                    &extensions,
                    &file,
                    resources.len(),
                    &format!("{} by {by}", case.name()),
                );
            }
        }
    }
}

#[test]
#[ignore = "needs the Crossplane command line tools: make test builds them"]
fn what_stands_in_examples_and_package_is_valid_for_the_api_server() {
    let extensions = extensions("files");
    let configuration = ["xrd.yaml", "composition.yaml"]
        .map(|name| in_repository("package/configuration").join(name));
    let examples = EXAMPLES.map(|example| {
        [
            "xr.yaml",
            "composition.yaml",
            "functions.yaml",
            "observed.yaml",
        ]
        .map(|name| in_repository("examples").join(example).join(name))
    });
    for file in configuration.iter().chain(examples.iter().flatten()) {
        // The Input of a step of a Composition counts as a resource of its own.
        let with_input = |document: &Value| {
            let steps = document.pointer("/spec/pipeline").and_then(Value::as_array);
            1 + steps.map_or(0, |steps| {
                steps
                    .iter()
                    .filter(|step| step.get("input").is_some())
                    .count()
            })
        };
        let count = documents(file).iter().map(with_input).sum();
        for version in VALIDATING {
            assert_valid(
                version,
                &extensions,
                file,
                count,
                &file.display().to_string(),
            );
        }
    }
}

#[test]
#[ignore = "needs the Crossplane command line tools: make test builds them"]
fn every_crossplane_builds_the_packages() {
    for version in VERSIONS {
        let built = folder(&format!("packages-{version}"));
        for (name, root, ignored) in [
            ("function", "package", "configuration/*,wasm/*"),
            ("configuration", "package/configuration", ""),
        ] {
            let file = built.join(name);
            let output = Command::new(tool(&format!("crossplane-{version}")))
                .args(["xpkg", "build", "--ignore", ignored, "--package-root"])
                .arg(in_repository(root))
                .arg("--package-file")
                .arg(&file)
                .output()
                .unwrap();
            let error = text(&output.stderr);
            assert!(output.status.success(), "{name} by {version}: {error}");
            assert!(file.exists(), "{name} by {version}");
        }
    }
}

#[test]
#[ignore = "needs the Crossplane command line tools: make test builds them"]
fn every_crossplane_refuses_an_invalid_app_auth_and_says_why() {
    let server = Server::insecure();
    let xr = folder("invalid").join("xr.yaml");
    let mut invalid = documents(&in_repository("examples/web-app/xr.yaml")).remove(0);
    invalid["spec"]["clients"][0]["callbackUrls"] = json!(["http://shop.example.org/callback"]);
    invalid["spec"]["regoin"] = json!("eu-west-1");
    fs::write(&xr, invalid.to_string()).unwrap();
    let said = VERSIONS.map(|version| {
        let case = Case {
            example: "web-app",
            observed: false,
        };
        let output = case
            .crossplane_render(version, &server, &xr)
            .output()
            .unwrap();
        assert!(
            !output.status.success(),
            "Crossplane {version} rendered it: {}",
            text(&output.stdout)
        );
        let error = text(&output.stderr);
        let (_, said) = error
            .split_once("returned a fatal result: ")
            .unwrap_or_else(|| panic!("{version}: {error}"));
        said.trim_end().to_owned()
    });
    assert!(said.iter().all(|each| *each == said[0]), "{said:#?}");
    assert!(said[0].contains("spec.regoin"), "{}", said[0]);
    let ours = function_appauth().arg("render").arg(&xr).output().unwrap();
    assert_eq!(ours.status.code(), Some(1), "{}", text(&ours.stderr));
    assert!(
        text(&ours.stderr).contains("spec.regoin"),
        "{}",
        text(&ours.stderr)
    );
}

/// A value that has every field of a schema.
fn everything(schema: &Value) -> Value {
    if let Some(choice) = schema["enum"].as_array().and_then(|choices| choices.last()) {
        return choice.clone();
    }
    match schema["type"].as_str() {
        Some("object") if schema["x-kubernetes-embedded-resource"] == true => {
            json!({ "apiVersion": "example.org/v1", "kind": "Example" })
        }
        Some("object") => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let mut object: Map<String, Value> = fields
                .map(|(name, schema)| (name.clone(), everything(schema)))
                .collect();
            if schema["additionalProperties"].is_object() {
                object.insert("a".to_owned(), everything(&schema["additionalProperties"]));
            }
            Value::Object(object)
        }
        Some("array") => json!([everything(&schema["items"])]),
        Some("integer") => json!(1),
        Some("boolean") => json!(true),
        _ => json!("x"),
    }
}

#[test]
#[ignore = "needs the CRDs of Crossplane: make test copies them"]
fn every_field_of_crossplanes_own_kinds_is_known() {
    let mut checked = 0;
    for version in VALIDATING {
        for plural in ["compositions", "compositeresourcedefinitions"] {
            let file = format!(
                "crossplane-crds/{version}/crossplane@local/apiextensions.crossplane.io_{plural}.yaml"
            );
            let crd = documents(&tool(&file)).remove(0);
            for each in crd["spec"]["versions"].as_array().unwrap() {
                let schema = &each["schema"]["openAPIV3Schema"]["properties"]["spec"];
                let mut spec = everything(schema);
                // Claims and another scope than that of Crossplane 1 do not go together.
                if each["name"] == "v1" && spec.get("scope").is_some() {
                    spec["scope"] = json!("LegacyCluster");
                } else if let Some(fields) = spec.as_object_mut() {
                    fields.remove("claimNames");
                }
                let manifest = json!({
                    "apiVersion": format!("apiextensions.crossplane.io/{}", each["name"].as_str().unwrap()),
                    "kind": crd["spec"]["names"]["kind"],
                    "metadata": { "name": "x.x" },
                    "spec": spec,
                });
                let path = folder(&format!("crossplane-kinds-{version}")).join("manifest.yaml");
                fs::write(&path, manifest.to_string()).unwrap();
                let Output { stdout, .. } = function_appauth()
                    .args(["validate", "--output", "json"])
                    .arg(&path)
                    .output()
                    .unwrap();
                let report: Value = serde_json::from_slice(&stdout).unwrap();
                assert_eq!(
                    report["findings"],
                    json!([]),
                    "{version} {plural} {}",
                    each["name"]
                );
                checked += 1;
            }
        }
    }
    assert!(checked >= 5, "{checked}");
}

/// The composite resource that Crossplane's claim controller makes of a claim, with a name that it might generate.
fn composite_of(claim: &Value, name: &Value) -> Value {
    let mut labels = claim["metadata"]["labels"].clone();
    labels["crossplane.io/claim-name"] = claim["metadata"]["name"].clone();
    labels["crossplane.io/claim-namespace"] = claim["metadata"]["namespace"].clone();
    labels["crossplane.io/composite"] = name.clone();
    let mut spec = claim["spec"].clone();
    spec["claimRef"] = json!({
        "apiVersion": claim["apiVersion"], "kind": "AppAuth",
        "name": claim["metadata"]["name"], "namespace": claim["metadata"]["namespace"],
    });
    json!({
        "apiVersion": claim["apiVersion"], "kind": "XAppAuth",
        "metadata": { "name": name, "labels": labels }, "spec": spec,
    })
}

#[test]
#[ignore = "needs the Crossplane command line tools: make test builds them"]
fn a_claim_is_rendered_as_the_composite_that_crossplane_makes_of_it() {
    let server = Server::insecure();
    let case = Case {
        example: "claim",
        observed: false,
    };
    let claim = case.file("claim.yaml");
    let mut render = function_appauth();
    render.arg("render").arg(&claim);
    render
        .arg("--composition")
        .arg(case.file("composition.yaml"));
    let ours = printed(&mut render, "the claim by us");
    let xr = composite_of(&documents(&claim)[0], &ours[0]["metadata"]["name"]);
    let file = folder("claim").join("xr.yaml");
    fs::write(&file, xr.to_string()).unwrap();
    let ours = essence(&ours);
    let mut differences = String::new();
    for version in VERSIONS {
        let mut command = case.crossplane_render(version, &server, &file);
        let mut theirs = printed(&mut command, version);
        theirs[1..].sort_by_key(|document| resource_name(document).to_owned());
        compare(
            &mut differences,
            &case,
            (version, &essence(&theirs)),
            ("ours", &ours),
        );
    }
    assert!(differences.is_empty(), "{differences}");
}

/// An example, before its resources are there or after.
struct Case {
    example: &'static str,
    observed: bool,
}

fn cases() -> Vec<Case> {
    let both = |example| [false, true].map(|observed| Case { example, observed });
    EXAMPLES.into_iter().flat_map(both).collect()
}

impl Case {
    fn name(&self) -> String {
        format!(
            "{}-{}",
            self.example,
            if self.observed { "there" } else { "new" }
        )
    }

    fn file(&self, name: &str) -> PathBuf {
        in_repository("examples").join(self.example).join(name)
    }

    fn xr(&self) -> PathBuf {
        self.file("xr.yaml")
    }

    /// What of the cluster is read, where the example has it.
    fn cluster(&self) -> Option<PathBuf> {
        Some(self.file("required.yaml")).filter(|path| path.exists())
    }

    /// What `function-appauth render` prints.
    fn render(&self) -> Vec<Value> {
        self.render_with(self.cluster())
    }

    /// What it prints where the cluster is not there to be read.
    fn render_without_cluster(&self) -> Vec<Value> {
        self.render_with(None)
    }

    fn render_with(&self, cluster: Option<PathBuf>) -> Vec<Value> {
        printed(
            &mut self.our_render(cluster),
            &format!("{} by us", self.name()),
        )
    }

    fn our_render(&self, cluster: Option<PathBuf>) -> Command {
        let mut command = function_appauth();
        command.arg("render");
        if let Some(cluster) = cluster {
            command.arg("--required-resources").arg(cluster);
        }
        command
            .arg("--composition")
            .arg(self.file("composition.yaml"));
        if self.observed {
            command.arg("--observed").arg(self.file("observed.yaml"));
        }
        command.arg(self.xr());
        command
    }

    /// What `crossplane render` prints.
    fn render_by(&self, version: &str, server: &Server) -> Vec<Value> {
        let mut command = self.crossplane_render(version, server, &self.xr());
        let mut documents = printed(
            &mut command,
            &format!("{} by Crossplane {version}", self.name()),
        );
        // The first is the XR. Before 1.17 the others come in any order.
        documents[1..].sort_by_key(|document| resource_name(document).to_owned());
        documents
    }

    fn crossplane_render(&self, version: &str, server: &Server, xr: &Path) -> Command {
        let mut function = documents(&self.file("functions.yaml")).remove(0);
        function["metadata"]["annotations"]["render.crossplane.io/runtime-development-target"] =
            json!(format!("127.0.0.1:{}", server.port()));
        let functions =
            folder(&format!("functions-{}-{}", server.port(), self.name())).join("functions.yaml");
        fs::write(&functions, function.to_string()).unwrap();

        let mut command = Command::new(tool(&format!("crossplane-{version}")));
        if version == "1.14" {
            command.arg("beta");
        }
        command.args(["render", "--timeout=20s"]).args([
            xr,
            &self.file("composition.yaml"),
            &functions,
        ]);
        if self.observed {
            command
                .arg("--observed-resources")
                .arg(self.file("observed.yaml"));
        }
        let flag = match version {
            "1.14" => None,
            "1.20" => Some("--extra-resources"),
            _ => Some("--required-resources"),
        };
        if let (Some(flag), Some(cluster)) = (flag, self.cluster()) {
            command.arg(flag).arg(cluster);
        }
        command
    }
}

/// Whether Crossplane 2.2 and our command print the same of each case.
#[track_caller]
fn assert_alike(render: impl Fn(&Case) -> (Vec<Value>, Vec<Value>)) {
    let mut differences = String::new();
    for case in cases() {
        let (theirs, ours) = render(&case);
        let (theirs, ours) = (theirs.into(), ours.into());
        compare(&mut differences, &case, ("2.2", &theirs), ("ours", &ours));
    }
    assert!(differences.is_empty(), "{differences}");
}

/// A folder with the provider's schemas as the API server publishes them, and one changed.
fn openapi(name: &str, change_client: impl Fn(&mut Value)) -> PathBuf {
    const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    let mut schemas = json!({ META: { "type": "object", "properties": {
        "name": { "type": "string" },
        "labels": { "type": "object", "additionalProperties": { "type": "string", "default": "" } },
    } } });
    for file in fs::read_dir(tool("provider-aws-crds")).unwrap() {
        let crd = documents(&file.unwrap().path()).remove(0);
        let (group, kind) = (&crd["spec"]["group"], &crd["spec"]["names"]["kind"]);
        for version in crd["spec"]["versions"].as_array().unwrap() {
            let mut schema = version["schema"]["openAPIV3Schema"].clone();
            schema["properties"]["metadata"] = json!({
                "description": "Standard object's metadata.",
                "allOf": [{ "$ref": format!("#/components/schemas/{META}") }],
            });
            schema["x-kubernetes-group-version-kind"] =
                json!([{ "group": group, "version": version["name"], "kind": kind }]);
            if kind == "UserPoolClient" {
                change_client(&mut schema);
            }
            let name = format!(
                "{}.{}",
                version["name"].as_str().unwrap(),
                kind.as_str().unwrap()
            );
            schemas[name] = schema;
        }
    }
    let folder = folder(&format!("openapi-{name}"));
    let document = json!({ "openapi": "3.0.0", "info": { "title": "Kubernetes" }, "components": { "schemas": schemas } });
    fs::write(folder.join("document.json"), document.to_string()).unwrap();
    folder
}

/// The message of the condition Valid.
fn valid(rendered: &[Value]) -> &str {
    let conditions = rendered[0]["status"]["conditions"].as_array().unwrap();
    let valid = conditions
        .iter()
        .find(|each| each["type"] == "Valid")
        .unwrap();
    valid["message"].as_str().unwrap()
}

/// Without the advice to install the kinds, which the tool says are not there: it has no cluster.
fn say_nothing_of_kinds(rendered: &mut [Value]) {
    let (begin, end) = ("\"", " of a ManagedResourceActivationPolicy");
    let message = valid(rendered).to_owned();
    let (before, advice) = message.split_once("; advice: ").unwrap();
    let (of_kinds, rest) = advice.split_once(end).unwrap();
    assert!(of_kinds.starts_with(begin) && of_kinds.contains("not installed in this cluster"));
    let without = match rest.strip_prefix("; ") {
        Some(rest) => format!("{before}; advice: {rest}"),
        None => before.to_owned(),
    };
    say_instead(rendered, &message, &without);
}

/// Replaces a part of the message of the condition Valid.
fn say_instead(rendered: &mut [Value], what: &str, instead: &str) {
    let conditions = rendered[0]["status"]["conditions"].as_array_mut().unwrap();
    for condition in conditions.iter_mut().filter(|each| each["type"] == "Valid") {
        condition["message"] = json!(
            condition["message"]
                .as_str()
                .unwrap()
                .replace(what, instead)
        );
    }
}

fn printed(command: &mut Command, what: &str) -> Vec<Value> {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    assert!(status.success(), "{what}: {status}\n{}", text(&stderr));
    let documents = yaml(&text(&stdout));
    assert!(documents.len() > 1, "{what}: {documents:#?}");
    documents
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn resource_name(composed: &Value) -> &str {
    let name = composed["metadata"]["annotations"][RESOURCE_NAME].as_str();
    name.unwrap_or_else(|| panic!("no {RESOURCE_NAME}: {composed:#}"))
}

/// What all versions have to agree on: the status without conditions, which 1.14 has not, and the composed resources by
/// name without what the tool adds to them.
fn essence(rendered: &[Value]) -> Value {
    let mut status = rendered[0]["status"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    status.remove("conditions");
    let composed = rendered[1..].iter().map(|composed| {
        let name = resource_name(composed).to_owned();
        let mut composed = composed.clone();
        let metadata = composed["metadata"].as_object_mut().unwrap();
        for added in ["name", "generateName", "ownerReferences"] {
            metadata.remove(added);
        }
        if let Some(labels) = metadata.get_mut("labels").and_then(Value::as_object_mut) {
            labels.retain(|label, _| !label.starts_with("crossplane.io/"));
            if labels.is_empty() {
                metadata.remove("labels");
            }
        }
        (name, composed)
    });
    json!({ "status": status, "composed": composed.collect::<Map<_, _>>() })
}

/// What the API server would store: the XR with its spec as well, for a render has its status only.
fn stored(xr: &Value, mut rendered: Vec<Value>) -> Vec<Value> {
    let mut stored = xr.clone();
    stored["status"] = rendered[0]["status"].take();
    rendered[0] = stored;
    rendered
}

fn compare(differences: &mut String, case: &Case, theirs: (&str, &Value), ours: (&str, &Value)) {
    let ((by, theirs), (us, ours)) = (theirs, ours);
    if theirs != ours {
        let (theirs, ours) = (format!("{theirs:#}"), format!("{ours:#}"));
        let diff = SimpleDiff::from_str(&theirs, &ours, by, us);
        writeln!(
            differences,
            "\n{}, rendered by {by} and by {us}:\n{diff}",
            case.name()
        )
        .unwrap();
    }
}

/// The CRDs of the provider and of the package, and the XRD, in a folder for one test.
fn extensions(test: &str) -> PathBuf {
    let folder = folder(&format!("extensions-{test}"));
    let crds = fs::read_dir(tool("provider-aws-crds")).unwrap();
    let input = fs::read_dir(in_repository("package/input")).unwrap();
    let xrd = in_repository("package/configuration/xrd.yaml");
    let files = crds.chain(input).map(|entry| entry.unwrap().path());
    for file in files.chain([xrd]) {
        fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
    }
    folder
}

/// `crossplane beta validate` finds a schema for each of the resources, and nothing wrong with any.
fn assert_valid(version: &str, extensions: &Path, resources: &Path, count: usize, what: &str) {
    let output = Command::new(tool(&format!("crossplane-{version}")))
        .args(["beta", "validate"])
        .args([extensions, resources])
        .args([
            "--error-on-missing-schemas",
            "--crossplane-image",
            "crossplane:local",
            "--cache-dir",
        ])
        .arg(tool(&format!("crossplane-crds/{version}")))
        .output()
        .unwrap();
    let said = text(&output.stdout);
    let expected = format!(
        "Total {count} resources: 0 missing schemas, {count} success cases, 0 failure cases"
    );
    assert!(
        count > 0 && output.status.success() && said.contains(&expected),
        "{what}, validated by {version}, {count} resources:\n{said}{}",
        text(&output.stderr)
    );
}
