//! Who may know whom, and that what is generated is fresh.
//!
//! `UPDATE=1 cargo test --test architecture` writes the files of `package/` and the generated schemas anew.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

#[path = "common/openapi.rs"]
mod generator;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use function_appauth::api::app_auth::{IdentityProviderType, Spec, Status};
use function_appauth::api::input::Input;
use function_appauth::api::manifests::{self, Form};
use function_appauth::api::{GROUP, openapi};
use function_appauth::manifest;
use function_appauth::plan::details;
use function_appauth::providers::community;
use serde_json::Value;

/// Each layer and the layers it may name. Up to and including `function`, nothing touches files, clock, network,
/// environment or tokio.
const LAYERS: [(&str, &[&str]); 21] = [
    ("text", &[]),
    ("names", &[]),
    ("path", &[]),
    ("json", &["path"]),
    ("finding", &["path"]),
    ("schema", &["finding", "names", "path", "text"]),
    ("api", &["finding", "json", "path", "schema", "text"]),
    ("plan", &["api", "finding", "names", "path", "text"]),
    (
        "import",
        &["api", "compose", "finding", "path", "plan", "text"],
    ),
    ("rules", &["plan", "api", "finding", "json", "path", "text"]),
    ("providers", &["plan", "api", "json", "path"]),
    (
        "compose",
        &[
            "api",
            "finding",
            "json",
            "path",
            "plan",
            "providers",
            "rules",
            "schema",
            "text",
        ],
    ),
    ("graph", &["compose", "plan"]),
    ("protocol", &["json"]),
    (
        "function",
        &[
            "compose",
            "protocol",
            "finding",
            "json",
            "path",
            "providers",
            "schema",
        ],
    ),
    ("manifest", &["path"]),
    ("server", &["finding", "function", "protocol"]),
    (
        "cli",
        &[
            "api",
            "compose",
            "finding",
            "function",
            "graph",
            "import",
            "manifest",
            "names",
            "path",
            "protocol",
            "providers",
            "schema",
            "server",
            "workspace",
        ],
    ),
    (
        "workspace",
        &[
            "api",
            "compose",
            "finding",
            "function",
            "manifest",
            "path",
            "plan",
            "protocol",
            "providers",
            "schema",
            "text",
        ],
    ),
    (
        "wasm",
        &[
            "api",
            "compose",
            "function",
            "graph",
            "manifest",
            "protocol",
            "workspace",
        ],
    ),
    ("main", &["cli"]),
];

/// What only the ways in may use.
const OUTSIDE: [&str; 10] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::time",
    "std::io",
    "std::process",
    "std::thread",
    "tokio",
    "tonic::",
    // Grouped, a name of this list would hide.
    "use std::{",
];
const WAYS_IN: [&str; 3] = ["server", "cli", "main"];

#[test]
fn every_layer_knows_only_those_below_it() {
    let allowed: BTreeMap<&str, BTreeSet<&str>> = LAYERS
        .iter()
        .map(|(layer, known)| (*layer, known.iter().copied().collect()))
        .collect();
    let mut broken = Vec::new();
    for (layer, file, code) in sources() {
        let Some(allowed) = allowed.get(layer.as_str()) else {
            broken.push(format!("{file}: \"{layer}\" is no layer of LAYERS"));
            continue;
        };
        for (number, line) in code.lines().enumerate() {
            for known in named_layers(line) {
                if known != layer && !allowed.contains(known.as_str()) {
                    broken.push(format!(
                        "{file}:{}: {layer} may not know {known}",
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn only_the_ways_in_touch_the_outside() {
    let mut broken = Vec::new();
    for (layer, file, code) in sources() {
        if WAYS_IN.contains(&layer.as_str()) {
            continue;
        }
        for (number, line) in code.lines().enumerate() {
            if let Some(outside) = OUTSIDE.iter().find(|outside| line.contains(*outside)) {
                broken.push(format!(
                    "{file}:{}: {layer} may not use {outside}",
                    number + 1
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn what_is_generated_is_what_the_program_writes() {
    let of_provider = |name: &str, schema: Value| {
        let path = format!("src/providers/community/generated/{name}.json");
        (path, schema.to_string())
    };
    let of_api =
        |name: &str, schema: Value| (format!("src/api/generated/{name}.json"), schema.to_string());
    let schemas = [
        of_api("spec", generator::json_schema::<Spec>()),
        of_api("status", generator::json_schema::<Status>()),
        of_api("input", generator::json_schema::<Input>()),
        of_provider(
            "group",
            generator::without_descriptions::<community::GroupSpec>(),
        ),
        of_provider(
            "identity_provider",
            generator::without_descriptions::<community::IdentityProviderSpec>(),
        ),
        of_provider(
            "resource_server",
            generator::without_descriptions::<community::ResourceServerSpec>(),
        ),
        of_provider(
            "user_pool",
            generator::without_descriptions::<community::UserPoolSpec>(),
        ),
        of_provider(
            "user_pool_client",
            generator::without_descriptions::<community::UserPoolClientSpec>(),
        ),
        of_provider(
            "user_pool_domain",
            generator::without_descriptions::<community::UserPoolDomainSpec>(),
        ),
    ];
    let mut stale: Vec<String> = Vec::new();
    let mut settle = |path: String, fresh: String| {
        let full = root().join(&path);
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(&full, &fresh).unwrap();
        } else if fs::read_to_string(&full).unwrap_or_default() != fresh {
            stale.push(path);
        }
    };
    for (path, fresh) in schemas {
        settle(path, fresh);
    }
    // Of the schemas that this was built with.
    let files = [
        (
            "package/input/appauth.fn.crossplane.io_inputs.yaml",
            manifests::input_crd(),
        ),
        (
            "package/configuration/xrd.yaml",
            manifests::xrd(GROUP, Form::Claim),
        ),
        (
            "package/configuration/composition.yaml",
            manifests::composition(GROUP, Form::Claim, []),
        ),
        ("package/wasm/wasmfn.yaml", manifests::wasmfn()),
    ];
    for (path, value) in files {
        settle(path.to_owned(), manifest::write(&value));
    }
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; run UPDATE=1 cargo test --test architecture, and again where schemas have changed"
    );
}

#[test]
fn the_keys_of_secrets_are_documented_as_they_are_checked() {
    const START: &str = "<!-- keys: written by UPDATE=1 cargo test --test architecture -->\n";
    const END: &str = "<!-- keys end -->\n";
    let path = root().join("examples/federated-app/README.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(START).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    let table = table_of_keys();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, format!("{before}{START}{table}{END}{after}")).unwrap();
    } else {
        assert_eq!(found, table, "run UPDATE=1 cargo test --test architecture");
    }
}

/// Which keys the Secret of each type of identity provider needs, as Markdown.
fn table_of_keys() -> String {
    use IdentityProviderType::{Facebook, Google, LoginWithAmazon, Oidc, Saml, SignInWithApple};
    let mut table =
        "\n| type | needed | and what Cognito adds | possible |\n|---|---|---|---|\n".to_owned();
    for type_ in [
        Google,
        Facebook,
        LoginWithAmazon,
        SignInWithApple,
        Oidc,
        Saml,
    ] {
        let details = details::of(type_);
        let code =
            |keys: &[&str]| -> Vec<String> { keys.iter().map(|key| format!("`{key}`")).collect() };
        let mut needed = code(details.required);
        if !details.one_of.is_empty() {
            needed.push(code(details.one_of).join(" or "));
        }
        let added: Vec<String> = details
            .added
            .iter()
            .map(|(key, value)| format!("`{key}`: `{value}`"))
            .collect();
        let row = [
            needed.join(", "),
            added.join("<br>"),
            code(details.optional).join(", "),
        ];
        let _ = writeln!(table, "| `{type_:?}` | {} |", row.join(" | "));
    }
    table.push('\n');
    table
}

/// Fields of a spec that the everything example cannot have, and why.
const NOT_IN_EVERYTHING: [(&str, &str); 22] = [
    ("existingUserPool", "a pool is one's own or lives elsewhere"),
    ("userPool.importId", "nothing of that id is there"),
    ("userPool.tier", UPBOUND),
    ("userPool.signIn.firstFactors", UPBOUND),
    ("userPool.passkeys", UPBOUND),
    ("userPool.password.history", UPBOUND),
    ("userPool.attributes[].minValue", UPBOUND),
    ("userPool.attributes[].maxValue", UPBOUND),
    ("userPool.messages.mfaEmail", UPBOUND),
    ("userPool.triggers.preTokenGenerationVersion", UPBOUND),
    ("userPool.triggers.preAuthentication", LIKE_PRE_SIGN_UP),
    ("userPool.triggers.postAuthentication", LIKE_PRE_SIGN_UP),
    ("userPool.triggers.preTokenGeneration", LIKE_PRE_SIGN_UP),
    ("userPool.triggers.userMigration", LIKE_PRE_SIGN_UP),
    ("userPool.triggers.customMessage", LIKE_PRE_SIGN_UP),
    ("userPool.triggers.customSmsSender", "as customEmailSender"),
    ("domain.prefix", "a domain is a prefix or a name"),
    ("domain.managedLogin", UPBOUND),
    ("clients[].importId", "nothing of that id is there"),
    ("clients[].allowImplicit", "it is advised against"),
    ("clients[].tokens.rotation", UPBOUND),
    ("clients[].analytics", "Amazon Pinpoint has ended"),
];
const UPBOUND: &str = "only the Upbound providers can do it";
const LIKE_PRE_SIGN_UP: &str = "as preSignUp";

#[test]
fn the_everything_example_has_every_field() {
    let xr = fs::read_to_string(root().join("examples/everything/xr.yaml")).unwrap();
    let xr = manifest::read(&xr).unwrap().remove(0).value;
    let mut missing = Vec::new();
    missing_fields(openapi::spec(), &[&xr["spec"]], "", &mut missing);
    let mut excused: BTreeSet<&str> = NOT_IN_EVERYTHING.iter().map(|(field, _)| *field).collect();
    // What belongs to a field that is excused is excused with it.
    excused.extend([
        "userPool.triggers.defineAuthChallenge",
        "userPool.triggers.createAuthChallenge",
        "userPool.triggers.verifyAuthChallengeResponse",
    ]);
    let missing: BTreeSet<&str> = missing.iter().map(String::as_str).collect();
    assert_eq!(missing, excused);
}

/// The fields of a schema that none of the values has.
fn missing_fields(schema: &Value, values: &[&Value], at: &str, missing: &mut Vec<String>) {
    if let Some(items) = schema.get("items") {
        let entries: Vec<&Value> = values
            .iter()
            .filter_map(|value| value.as_array())
            .flatten()
            .collect();
        return missing_fields(items, &entries, &format!("{at}[]"), missing);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let at = if at.is_empty() {
            name.clone()
        } else {
            format!("{at}.{name}")
        };
        let fields: Vec<&Value> = values.iter().filter_map(|value| value.get(name)).collect();
        if fields.is_empty() {
            missing.push(at);
        } else {
            missing_fields(property, &fields, &at, missing);
        }
    }
}

#[test]
fn the_readmes_example_is_the_web_app() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let example = fs::read_to_string(root().join("examples/web-app/xr.yaml")).unwrap();
    assert!(
        readme.contains(&example),
        "README.md does not show examples/web-app/xr.yaml as it is"
    );
}

#[test]
fn every_yaml_in_the_readme_can_be_read() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let blocks: Vec<&str> = readme
        .split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let documents = manifest::read(block).unwrap_or_else(|error| panic!("{error}\n{block}"));
        assert!(
            documents
                .iter()
                .all(|document| matches!(document.value, Value::Object(_))),
            "{block}"
        );
    }
}

/// The oldest Rust that is promised is the one that everything is built and tested with where changes are checked.
#[test]
fn the_oldest_rust_that_is_promised_is_the_one_that_builds_it() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, promised) = manifest.split_once("rust-version = \"").unwrap();
    let (promised, _) = promised.split_once('"').unwrap();
    for file in [
        ".github/workflows/ci.yml",
        ".github/workflows/release.yml",
        "package/image/Dockerfile",
    ] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let mut used = text.split("rust:").skip(1);
        let is_promised = |used: &str| used.starts_with(&format!("{promised}-"));
        assert!(used.clone().count() > 0, "{file}");
        assert!(used.all(is_promised), "{file} is to use Rust {promised}");
    }
}

/// All source files as layer, name, and code without tests and comments.
fn sources() -> Vec<(String, String, String)> {
    let src = root().join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    files
        .into_iter()
        .filter(|path| {
            !path
                .components()
                .any(|part| part.as_os_str() == "generated")
                && !path.ends_with("lib.rs")
        })
        .map(|path| {
            let relative = path.strip_prefix(&src).unwrap();
            let layer = relative
                .iter()
                .next()
                .unwrap()
                .to_string_lossy()
                .trim_end_matches(".rs")
                .to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            let code = code
                .lines()
                .map(|line| line.split("//").next().unwrap())
                .collect::<Vec<_>>()
                .join("\n");
            (layer, relative.display().to_string(), code)
        })
        .collect()
}

/// The layers that a line names by `crate::`.
fn named_layers(line: &str) -> Vec<String> {
    line.split("crate::")
        .skip(1)
        .flat_map(|rest| {
            let word = |text: &str| -> String {
                text.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect()
            };
            match rest.strip_prefix('{') {
                Some(list) => list
                    .split('}')
                    .next()
                    .unwrap()
                    .split(',')
                    .map(|each| word(each.trim()))
                    .collect(),
                None => vec![word(rest)],
            }
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            walk(&entry, files);
        } else if entry.extension().is_some_and(|end| end == "rs") {
            files.push(entry);
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
