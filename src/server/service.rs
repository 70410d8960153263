//! The services of both packages: one function behind them.

use tonic::{Request, Response, Status};
use tracing::{debug, info};

use crate::function;
use crate::protocol::{RunFunctionRequest, RunFunctionResponse, Severity};

use super::generated::{v1, v1beta1};

/// The function as a gRPC service. It has no state: a render depends on its request alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Function;

#[tonic::async_trait]
impl v1::function_runner_service_server::FunctionRunnerService for Function {
    async fn run_function(
        &self,
        request: Request<RunFunctionRequest>,
    ) -> Result<Response<RunFunctionResponse>, Status> {
        Ok(Response::new(run(request.into_inner(), "v1")))
    }
}

#[tonic::async_trait]
impl v1beta1::function_runner_service_server::FunctionRunnerService for Function {
    async fn run_function(
        &self,
        request: Request<RunFunctionRequest>,
    ) -> Result<Response<RunFunctionResponse>, Status> {
        Ok(Response::new(run(request.into_inner(), "v1beta1")))
    }
}

/// Answers, and logs that it did: names and counts, never what a request or a response holds.
fn run(request: RunFunctionRequest, protocol: &'static str) -> RunFunctionResponse {
    let response = function::run(request);
    let tag = response
        .meta
        .as_ref()
        .map(|meta| meta.tag.as_str())
        .unwrap_or_default();
    let fatal = response
        .results
        .iter()
        .any(|result| result.severity() == Severity::Fatal);
    if fatal {
        info!(protocol, tag, "refused: the input is invalid");
    } else {
        let desired = response
            .desired
            .as_ref()
            .map_or(0, |desired| desired.resources.len());
        debug!(protocol, tag, desired, "rendered");
    }
    response
}
