//! The ways in: each takes a request and gives the response.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use function_appauth::function;
use function_appauth::protocol::{
    Capability, Condition, Resource, Result as Said, RunFunctionRequest, RunFunctionResponse,
    Severity, State, Status, Struct, Target, has_capability,
};
use prost::Message;
use serde_json::{Value, json};

use crate::cases;
use crate::client::plain;
use crate::command::{Printed, RESOURCE_NAME, bare};
use crate::common::{Server, folder};
use crate::grpc;
use crate::guest::Host;

/// A way in, and what it answers to the golden cases.
pub(crate) struct Way {
    answer: Box<dyn Fn(RunFunctionRequest) -> RunFunctionResponse>,
    carries: fn(&RunFunctionRequest) -> bool,
    golden: &'static Golden,
}

/// Asked once, because half the tests look at them.
type Golden = OnceLock<Vec<Answered>>;

/// A golden case, asked in a way.
pub(crate) struct Answered {
    pub(crate) name: String,
    pub(crate) request: RunFunctionRequest,
    pub(crate) response: RunFunctionResponse,
}

impl Way {
    /// Whether this way has words for all of a request.
    pub(crate) fn carries(&self, request: &RunFunctionRequest) -> bool {
        (self.carries)(request)
    }

    /// Asks the function.
    pub(crate) fn answer(&self, request: RunFunctionRequest) -> RunFunctionResponse {
        assert!(
            self.carries(&request),
            "this way cannot carry all of the request"
        );
        (self.answer)(request)
    }

    /// The golden cases that this way can carry, with its answers.
    pub(crate) fn golden(&self) -> &'static [Answered] {
        self.golden.get_or_init(|| {
            let cases = cases::all();
            let all = cases.len();
            let requests = cases.iter().map(|case| (case, cases::request(case)));
            let answered = requests.filter(|(_, request)| self.carries(request));
            let answered: Vec<Answered> = answered
                .map(|(case, request)| Answered {
                    name: case.name.clone(),
                    response: self.answer(request.clone()),
                    request,
                })
                .collect();
            assert!(answered.len() * 10 > all * 8, "most are carried");
            answered
        })
    }
}

impl Answered {
    pub(crate) fn is_fatal(&self) -> bool {
        let mut results = self.response.results.iter();
        results.any(|result| result.severity() == Severity::Fatal)
    }

    /// The composite's status and the composed resources by name; none where the function refuses.
    pub(crate) fn desired(&self) -> Option<(Value, BTreeMap<&str, Value>)> {
        (!self.is_fatal()).then(|| desired(&self.response))
    }
}

/// The composite's status and the composed resources by name.
pub(crate) fn desired(response: &RunFunctionResponse) -> (Value, BTreeMap<&str, Value>) {
    let state = response.desired.as_ref().expect("it desires something");
    let resources = state.resources.iter();
    let composite = state.composite.as_ref().map(body).unwrap_or_default();
    (
        composite["status"].clone(),
        resources
            .map(|(name, resource)| (name.as_str(), body(resource)))
            .collect(),
    )
}

/// A resource as JSON.
pub(crate) fn body(resource: &Resource) -> Value {
    resource
        .resource
        .as_ref()
        .map_or(Value::Null, |body| body.to_json().unwrap())
}

pub(crate) fn in_process() -> Way {
    static GOLDEN: Golden = OnceLock::new();
    Way {
        answer: Box::new(function::run),
        carries: |_| true,
        golden: &GOLDEN,
    }
}

pub(crate) fn v1() -> Way {
    static GOLDEN: Golden = OnceLock::new();
    by_grpc(grpc::V1, &GOLDEN)
}

pub(crate) fn v1beta1() -> Way {
    static GOLDEN: Golden = OnceLock::new();
    by_grpc(grpc::V1BETA1, &GOLDEN)
}

fn by_grpc(path: &'static str, golden: &'static Golden) -> Way {
    let server = server();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let channel = runtime.block_on(plain(&server)).unwrap();
    let answer = move |request| {
        // It goes on for as long as somebody may ask.
        let _server = &server;
        let answer = runtime.block_on(grpc::run(&channel, path, request));
        answer.unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    Way {
        answer: Box::new(answer),
        carries: |_| true,
        golden,
    }
}

/// One for the tests that run at the same time. A static would never be dropped, and the server outlive the tests.
fn server() -> Arc<Server> {
    static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.upgrade().unwrap_or_else(|| {
        let server = Arc::new(Server::insecure());
        *running = Arc::downgrade(&server);
        server
    })
}

pub(crate) fn wasmtime() -> Way {
    static GOLDEN: Golden = OnceLock::new();
    static HOST: OnceLock<Mutex<Host>> = OnceLock::new();
    by_guest("wasmtime", &HOST, &GOLDEN)
}

pub(crate) fn wazero() -> Way {
    static GOLDEN: Golden = OnceLock::new();
    static HOST: OnceLock<Mutex<Host>> = OnceLock::new();
    by_guest("wazero", &HOST, &GOLDEN)
}

/// A host ends with its standard input, and so with the tests.
fn by_guest(
    engine: &'static str,
    host: &'static OnceLock<Mutex<Host>>,
    golden: &'static Golden,
) -> Way {
    let answer = move |request: RunFunctionRequest| {
        let host = host.get_or_init(|| Mutex::new(Host::start(engine)));
        let mut host = host.lock().unwrap_or_else(PoisonError::into_inner);
        RunFunctionResponse::decode(&*host.run(&request.encode_to_vec())).unwrap()
    };
    Way {
        answer: Box::new(answer),
        carries: |_| true,
        golden,
    }
}

/// `render`, of files. What it prints is what Crossplane would make of a response: without what Crossplane adds it is put
/// into one again, though who is ready, the tag, the context and connection details are not in it.
pub(crate) fn command() -> Way {
    static GOLDEN: Golden = OnceLock::new();
    Way {
        answer: Box::new(by_command),
        carries: is_of_files,
        golden: &GOLDEN,
    }
}

/// Whether a request is all of files that a person has.
fn is_of_files(request: &RunFunctionRequest) -> bool {
    let RunFunctionRequest {
        meta,
        observed,
        desired,
        input: _,
        context,
        extra_resources,
        credentials,
        required_resources: _,
        required_schemas,
    } = request;
    let has_composite = |state: &State| {
        state
            .composite
            .as_ref()
            .is_some_and(|it| !body(it).is_null())
    };
    let has_details = |state: &State| {
        let resources = state.resources.values().chain(&state.composite);
        resources
            .into_iter()
            .any(|resource| !resource.connection_details.is_empty())
    };
    meta.as_ref().is_none_or(|meta| meta.tag.is_empty())
        && observed
            .as_ref()
            .is_some_and(|state| has_composite(state) && !has_details(state))
        && desired.is_none()
        && context.is_none()
        && extra_resources.is_empty()
        && credentials.is_empty()
        && !has_capability(meta.as_ref(), Capability::RequiredSchemas)
        && required_schemas.is_empty()
}

fn by_command(request: RunFunctionRequest) -> RunFunctionResponse {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let folder = folder(&format!("conformance-command-{call}"));
    let observed = request.observed.unwrap();
    let composite = body(&observed.composite.unwrap());
    let names: BTreeMap<&String, Value> = observed
        .resources
        .iter()
        .map(|(name, resource)| (name, body(resource)["metadata"]["name"].take()))
        .collect();
    let annotated = observed.resources.iter().map(|(name, resource)| {
        let mut body = body(resource);
        body["metadata"]["annotations"][RESOURCE_NAME] = json!(name);
        body
    });
    let required = request.required_resources.values();
    let required = required.flat_map(|found| found.items.iter().map(body));
    // JSON is YAML.
    let write = |file: &str, documents: Vec<Value>| {
        let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
        let path = folder.join(file);
        fs::write(&path, texts.join("\n---\n")).unwrap();
        path
    };
    let xr = write("xr.yaml", vec![composite.clone()]);
    let input = request.input.as_ref().map(Struct::to_json);
    let settings = [
        ("input", input.into_iter().map(Result::unwrap).collect()),
        ("observed", annotated.collect()),
        ("requiredResources", required.collect::<Vec<Value>>()),
    ];
    let settings: Vec<_> = settings
        .into_iter()
        .filter(|(_, documents)| !documents.is_empty())
        .map(|(name, documents)| (name, write(&format!("{name}.yaml"), documents)))
        .collect();
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, path)| (*name, path.as_path()))
        .collect();
    let printed = Printed::of(&xr, &settings);
    let _ = fs::remove_dir_all(folder);
    if let Some(message) = printed.refusal() {
        assert_eq!(printed.documents, "", "nothing is rendered beside it");
        let said = Said {
            severity: Severity::Fatal.into(),
            message,
            target: Some(Target::CompositeAndClaim.into()),
            ..Said::default()
        };
        return RunFunctionResponse {
            results: vec![said],
            ..RunFunctionResponse::default()
        };
    }
    let mut rendered = printed.rendered();
    // Crossplane says whose status it is.
    let fields = rendered.composite.as_object_mut().unwrap();
    if fields["metadata"] == json!({"name": composite["metadata"]["name"]}) {
        fields.remove("metadata");
    }
    let resource = |body: &Value| Resource {
        resource: body.as_object().map(Struct::from_json),
        ..Resource::default()
    };
    let resources = rendered.resources.into_iter().map(|(name, body)| {
        let body = bare(body, names.get(&name));
        (name, resource(&body))
    });
    RunFunctionResponse {
        desired: Some(State {
            composite: Some(resource(&rendered.composite)),
            resources: resources.collect(),
        }),
        conditions: rendered.conditions.iter().filter_map(condition).collect(),
        ..RunFunctionResponse::default()
    }
}

/// A condition that the function sets; `Ready` is Crossplane's.
fn condition(condition: &Value) -> Option<Condition> {
    let text = |field: &str| condition[field].as_str().unwrap_or_default().to_owned();
    let status = match text("status").as_str() {
        "True" => Status::ConditionTrue,
        "False" => Status::ConditionFalse,
        _ => Status::ConditionUnknown,
    };
    (text("type") != "Ready").then(|| Condition {
        r#type: text("type"),
        status: status.into(),
        reason: text("reason"),
        message: Some(text("message")),
        target: Some(Target::CompositeAndClaim.into()),
    })
}
