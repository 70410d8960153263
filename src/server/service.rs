//! The services of both packages: one function behind them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use tonic::{Request, Response, Status};
use tracing::{debug, error, info};

use crate::finding;
use crate::function::{Composite, Report};
use crate::protocol::{RunFunctionRequest, RunFunctionResponse, Severity};

use super::generated::{v1, v1beta1};
use super::metrics::Metrics;

/// What answers: [`function::answer`](crate::function::answer), where it is not a test's.
pub(super) type Answer = fn(RunFunctionRequest) -> (RunFunctionResponse, Report);

/// The function as a gRPC service. A render depends on its request alone.
#[derive(Clone)]
pub(super) struct Function {
    pub(super) answer: Answer,
    pub(super) metrics: Arc<Metrics>,
}

#[tonic::async_trait]
impl v1::function_runner_service_server::FunctionRunnerService for Function {
    async fn run_function(
        &self,
        request: Request<RunFunctionRequest>,
    ) -> Result<Response<RunFunctionResponse>, Status> {
        self.run(request.into_inner(), "v1").map(Response::new)
    }
}

#[tonic::async_trait]
impl v1beta1::function_runner_service_server::FunctionRunnerService for Function {
    async fn run_function(
        &self,
        request: Request<RunFunctionRequest>,
    ) -> Result<Response<RunFunctionResponse>, Status> {
        self.run(request.into_inner(), "v1beta1").map(Response::new)
    }
}

impl Function {
    /// Answers, and logs that it did: names and counts, never what a request or a response holds.
    ///
    /// A panic ends this call alone. What is shared between calls are caches, which are whole at every moment.
    fn run(
        &self,
        request: RunFunctionRequest,
        protocol: &'static str,
    ) -> Result<RunFunctionResponse, Status> {
        let begun = Instant::now();
        let meta = request.meta.as_ref();
        let tag = meta.map(|meta| short(&meta.tag).to_owned());
        let tag = tag.unwrap_or_default();
        let answer = AssertUnwindSafe(|| (self.answer)(request));
        let Ok((response, report)) = catch_unwind(answer) else {
            error!(
                protocol,
                tag, "a bug: the call has panicked; please report it"
            );
            return Err(Status::internal(
                "a bug in function-appauth: the call has panicked; its log says where, please report it",
            ));
        };
        let took = begun.elapsed();
        self.metrics.rendered(&report, took);
        let Composite {
            api_version,
            kind,
            namespace,
            name,
        } = &report.composite;
        let [api_version, kind, namespace, name] =
            [api_version, kind, namespace, name].map(|text| short(text));
        let fatal = response
            .results
            .iter()
            .any(|result| result.severity() == Severity::Fatal);
        if fatal {
            let errors = report.findings.iter();
            let errors = errors.filter(|(_, severity)| *severity == finding::Severity::Error);
            let problems = errors.count();
            info!(
                protocol,
                tag, api_version, kind, namespace, name, problems, "refused: the input is invalid"
            );
        } else {
            let desired = response
                .desired
                .as_ref()
                .map_or(0, |desired| desired.resources.len());
            let us = took.as_micros();
            debug!(
                protocol,
                tag, api_version, kind, namespace, name, desired, us, "rendered"
            );
        }
        Ok(response)
    }
}

/// So much of a text as a name in Kubernetes may have: a log is no place for more.
fn short(text: &str) -> &str {
    &text[..text.floor_char_boundary(253)]
}
