//! What happens around a call, whatever it is: it is counted, and of those to the function only so many are let in.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http_body::Frame;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Bytes, Service, http};
use tonic::server::NamedService;
use tonic::{Code, Status};

use super::metrics::{Method, Metrics};

/// How many calls may be in the works at once: each may hold a message of the largest size.
const CALLS: usize = 32;
/// How long a call may take, its request's way here included. Crossplane itself waits for 20 seconds.
const CALL: Duration = Duration::from_secs(30);

/// Lets so many calls in.
#[derive(Clone)]
pub(super) struct Places(Arc<Semaphore>);

impl Places {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(CALLS)))
    }

    async fn take(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}

/// A service whose calls are counted, and wait for a place where there are places.
#[derive(Clone)]
pub(super) struct Counted<S> {
    service: S,
    metrics: Arc<Metrics>,
    places: Option<Places>,
}

impl<S> Counted<S> {
    pub(super) fn new(service: S, metrics: &Arc<Metrics>, places: Option<&Places>) -> Self {
        Self {
            service,
            metrics: Arc::clone(metrics),
            places: places.cloned(),
        }
    }
}

impl<S: NamedService> NamedService for Counted<S> {
    const NAME: &'static str = S::NAME;
}

type Response = http::Response<Body>;

impl<S> Service<http::Request<Body>> for Counted<S>
where
    S: Service<http::Request<Body>, Response = Response, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<Response, Infallible>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let counted = self.metrics.method(request.uri().path()).map(Call::start);
        // The service that said it was ready takes the call, and its copy waits for the next one.
        let next = self.service.clone();
        let mut service = std::mem::replace(&mut self.service, next);
        let places = self.places.clone();
        Box::pin(async move {
            let answer = async {
                // Who waits here is not read from: HTTP/2 holds all of the message back but a window.
                let _place = match &places {
                    Some(places) => places.take().await,
                    None => None,
                };
                service.call(request).await
            };
            let response = if places.is_some() {
                tokio::time::timeout(CALL, answer)
                    .await
                    .unwrap_or_else(|_| {
                        let status = Status::deadline_exceeded("the call took longer than 30 s");
                        Ok(status.into_http())
                    })
            } else {
                answer.await
            };
            response.map(|response| match counted {
                Some(call) => call.of(response),
                None => response,
            })
        })
    }
}

/// A call that is counted once its status is known, or as cancelled if that never comes.
struct Call {
    method: Arc<Method>,
    is_open: bool,
}

impl Call {
    fn start(method: Arc<Method>) -> Self {
        method.started.inc();
        method.received.inc();
        Self {
            method,
            is_open: true,
        }
    }

    /// Looks for the status where it stands: in the headers of a refusal, else in the trailers.
    fn of(mut self, response: Response) -> Response {
        if let Some(code) = status_in(response.headers()) {
            self.end(code);
            return response;
        }
        response.map(|body| Body::new(Watched { body, call: self }))
    }

    fn end(&mut self, code: Code) {
        if std::mem::take(&mut self.is_open) {
            self.method.handled(code);
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.end(Code::Cancelled);
    }
}

fn status_in(headers: &http::HeaderMap) -> Option<Code> {
    let status = headers.get("grpc-status")?;
    Some(Code::from_bytes(status.as_bytes()))
}

/// The body of an answer, and the call that it ends.
struct Watched {
    body: Body,
    call: Call,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    self.call.end(status_in(trailers).unwrap_or(Code::Unknown));
                }
            }
            Some(Err(status)) => self.call.end(status.code()),
            None => self.call.end(Code::Unknown),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}
