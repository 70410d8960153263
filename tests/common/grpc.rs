//! A call of the function by gRPC, with our own messages, in either package.

use function_appauth::protocol::{RunFunctionRequest, RunFunctionResponse};
use tonic::transport::Channel;
use tonic::{Request, Status};

pub(crate) const V1: &str = "/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction";
pub(crate) const V1BETA1: &str =
    "/apiextensions.fn.proto.v1beta1.FunctionRunnerService/RunFunction";

pub(crate) async fn run(
    channel: &Channel,
    path: &'static str,
    request: RunFunctionRequest,
) -> Result<RunFunctionResponse, Status> {
    let mut client = tonic::client::Grpc::new(channel.clone());
    client
        .ready()
        .await
        .map_err(|error| Status::unavailable(error.to_string()))?;
    let codec = tonic_prost::ProstCodec::<RunFunctionRequest, RunFunctionResponse>::default();
    let answer = client.unary(Request::new(request), path.parse().unwrap(), codec);
    Ok(answer.await?.into_inner())
}
