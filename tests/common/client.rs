//! The client of the official SDK, and a request for it.

#![allow(dead_code, reason = "each test file uses a part of it")]

use function_sdk_rust::proto::v1::RunFunctionRequest;
use function_sdk_rust::proto::v1::function_runner_service_client::FunctionRunnerServiceClient;
use serde_json::{Value, json};
use tonic::Status;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};

use crate::common::{Server, documents, in_repository};

/// A request with the AppAuth of an example.
pub(crate) fn request() -> Value {
    let xr = documents(&in_repository("examples/web-app/xr.yaml")).remove(0);
    json!({
        "meta": { "tag": "any" },
        "observed": { "composite": { "resource": xr } },
        "context": { "of": "others" },
    })
}

/// The official client, with requests and responses as JSON.
#[derive(Clone, Debug)]
pub(crate) struct Client(pub(crate) FunctionRunnerServiceClient<Channel>);

impl Client {
    pub(crate) fn new(channel: Channel) -> Self {
        Self(FunctionRunnerServiceClient::new(channel))
    }

    pub(crate) async fn run(&mut self, request: &Value) -> Result<Value, Status> {
        let request: RunFunctionRequest = serde_json::from_value(request.clone()).unwrap();
        let response = self.0.run_function(request).await?;
        Ok(serde_json::to_value(response.into_inner()).unwrap())
    }
}

pub(crate) async fn plain(server: &Server) -> Result<Channel, tonic::transport::Error> {
    Endpoint::from_shared(format!("http://127.0.0.1:{}", server.port()))
        .unwrap()
        .connect()
        .await
}

pub(crate) async fn tls(
    server: &Server,
    config: ClientTlsConfig,
) -> Result<Client, tonic::transport::Error> {
    let endpoint = Endpoint::from_shared(format!("https://localhost:{}", server.port())).unwrap();
    Ok(Client::new(endpoint.tls_config(config)?.connect().await?))
}
