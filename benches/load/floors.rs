//! Servers to stand beside: what the same calls cost with less work or with none.

use std::net::SocketAddr;
use std::task::{Context, Poll};

use function_sdk_rust::proto::v1 as sdk;
use function_sdk_rust::response;
use prost::Message;
use prost::bytes::{Buf, BufMut, Bytes};
use sdk::function_runner_service_client::FunctionRunnerServiceClient;
use sdk::function_runner_service_server::{FunctionRunnerService, FunctionRunnerServiceServer};
use serde_json::json;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Request, Response, Status};

/// How much of the work a floor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Floor {
    /// The official SDK for Rust, which answers with a pool and a client that stand in its code.
    Sdk,
    /// tonic and prost: decodes all of the request, and desires what is observed.
    Decoding,
    /// tonic: answers with bytes that were made before, and reads nothing.
    Transport,
}

impl Floor {
    /// All of them, the most work first.
    pub(crate) const ALL: [Self; 3] = [Self::Sdk, Self::Decoding, Self::Transport];

    /// The name that [`serve`] is told.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sdk => "sdk",
            Self::Decoding => "decoding",
            Self::Transport => "transport",
        }
    }

    /// What it is, to a reader of the table.
    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Sdk => "the official SDK for Rust, with hard-coded resources",
            Self::Decoding => "tonic, decoding the request and encoding what is observed",
            Self::Transport => "tonic, decoding nothing",
        }
    }
}

/// Serves a floor until the process is killed. `answer` is what [`Floor::Transport`] answers with.
pub(crate) fn serve(floor: &str, address: &str, answer: Vec<u8>) {
    let floor = Floor::ALL.into_iter().find(|each| each.name() == floor);
    let floor = floor.unwrap();
    let mut runtime = match floor {
        // As its users have it.
        Floor::Sdk => tokio::runtime::Builder::new_multi_thread(),
        // As ours is.
        Floor::Decoding | Floor::Transport => tokio::runtime::Builder::new_current_thread(),
    };
    runtime.enable_all().build().unwrap().block_on(async {
        match floor {
            Floor::Sdk => {
                let args = function_sdk_rust::Args {
                    debug: false,
                    address: address.to_owned(),
                    tls_certs_dir: None,
                    insecure: true,
                    max_recv_message_size: Some(MAX_MESSAGE_SIZE),
                    metrics_address: String::new(),
                };
                function_sdk_rust::serve(HardCoded, &args).await.unwrap();
            }
            Floor::Decoding => {
                let service = FunctionRunnerServiceServer::new(DesiresWhatIsObserved)
                    .max_decoding_message_size(MAX_MESSAGE_SIZE);
                route(service, address).await;
            }
            Floor::Transport => route(Transport(answer.into()), address).await,
        }
    });
}

const MAX_MESSAGE_SIZE: usize = 64 * 1024 * 1024;

async fn route<S>(service: S, address: &str)
where
    S: tonic::codegen::Service<
            http::Request<Body>,
            Response = http::Response<Body>,
            Error = std::convert::Infallible,
            Future: Send + 'static,
        > + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
{
    let address: SocketAddr = address.parse().unwrap();
    tonic::transport::Server::builder()
        .add_service(service)
        .serve(address)
        .await
        .unwrap();
}

struct HardCoded;

#[tonic::async_trait]
impl FunctionRunnerService for HardCoded {
    async fn run_function(
        &self,
        request: Request<sdk::RunFunctionRequest>,
    ) -> Result<Response<sdk::RunFunctionResponse>, Status> {
        let request = request.into_inner();
        let mut answer = response::to(&request, response::DEFAULT_TTL);
        let desired = answer.desired.get_or_insert_default();
        for (name, kind) in [("user-pool", "UserPool"), ("client-web", "UserPoolClient")] {
            let body = json!({
                "apiVersion": "cognitoidentityprovider.aws.crossplane.io/v1alpha1",
                "kind": kind,
                "spec": {"forProvider": {"region": "eu-west-1"}},
            });
            let mut resource = sdk::Resource::default();
            function_sdk_rust::resource::update(&mut resource, &body).unwrap();
            desired.resources.insert(name.to_owned(), resource);
        }
        Ok(Response::new(answer))
    }
}

struct DesiresWhatIsObserved;

#[tonic::async_trait]
impl FunctionRunnerService for DesiresWhatIsObserved {
    async fn run_function(
        &self,
        request: Request<sdk::RunFunctionRequest>,
    ) -> Result<Response<sdk::RunFunctionResponse>, Status> {
        Ok(Response::new(sdk::RunFunctionResponse {
            desired: request.into_inner().observed,
            ..sdk::RunFunctionResponse::default()
        }))
    }
}

#[derive(Clone)]
struct Transport(Bytes);

impl NamedService for Transport {
    const NAME: &'static str = "apiextensions.fn.proto.v1.FunctionRunnerService";
}

impl tonic::codegen::Service<http::Request<Body>> for Transport {
    type Response = http::Response<Body>;
    type Error = std::convert::Infallible;
    type Future = tonic::codegen::BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let answer = self.clone();
        Box::pin(async move {
            let mut grpc =
                Grpc::new(Raw).apply_max_message_size_config(Some(MAX_MESSAGE_SIZE), None);
            Ok(grpc.unary(answer, request).await)
        })
    }
}

impl UnaryService<Bytes> for Transport {
    type Response = Bytes;
    type Future = std::future::Ready<Result<Response<Bytes>, Status>>;

    fn call(&mut self, _: Request<Bytes>) -> Self::Future {
        std::future::ready(Ok(Response::new(self.0.clone())))
    }
}

/// Messages as the bytes that they are.
#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

/// Sends a request once, by the client of the official SDK. A refusal is fine with h2load.
pub(crate) fn ask(address: &str, request: &[u8]) -> sdk::RunFunctionResponse {
    let request = sdk::RunFunctionRequest::decode(request).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = FunctionRunnerServiceClient::connect(format!("http://{address}")).await;
        let client = client.unwrap();
        let mut client = client.max_decoding_message_size(MAX_MESSAGE_SIZE);
        client.run_function(request).await.unwrap().into_inner()
    })
}
