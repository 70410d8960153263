//! What happens around a call, whatever it is: it is counted, and of those to the function only so many are let in.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http_body::Frame;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Bytes, Service, http};
use tonic::server::NamedService;
use tonic::{Code, Status};

use super::connections::{Client, Reading};
use super::metrics::{Method, Metrics};

/// How many calls may be in the works at once: each may hold a message of the largest size.
const CALLS: usize = 32;
/// How long a call may wait for a place. Crossplane waits for 20 seconds in all.
const WAIT: Duration = Duration::from_secs(15);
/// How long a request may take to arrive, once its call has a place. What is done with it takes no time beside that.
const ARRIVAL: Duration = Duration::from_secs(10);

/// Lets so many calls in.
#[derive(Clone)]
pub(super) struct Places(Arc<Semaphore>);

/// The place of a call, among those of its client and among all.
struct Place {
    _of_client: Option<OwnedSemaphorePermit>,
    _of_all: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(CALLS)))
    }

    /// Who waits here is not read from: HTTP/2 holds all of the message back but a window.
    async fn take(&self, client: Option<&Client>) -> Result<Place, Status> {
        let take = async {
            let (of_client, _turn) = match client {
                Some(client) => {
                    let place = Arc::clone(client.places()).acquire_owned().await?;
                    (Some(place), Some(client.turn().acquire().await?))
                }
                None => (None, None),
            };
            Ok::<_, AcquireError>(Place {
                _of_client: of_client,
                _of_all: Arc::clone(&self.0).acquire_owned().await?,
            })
        };
        match tokio::time::timeout(WAIT, take).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) => Err(Status::unavailable("the server is ending")),
            Err(_) => Err(Status::resource_exhausted(format!(
                "too many calls at once: this one has waited {} s; try again",
                WAIT.as_secs()
            ))),
        }
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
        let Some(places) = self.places.clone() else {
            return Box::pin(async move {
                let response = service.call(request).await?;
                Ok(match counted {
                    Some(call) => call.of(response, None),
                    None => response,
                })
            });
        };
        let client = request.extensions().get::<Client>().cloned();
        Box::pin(async move {
            let answer = async {
                let place = places.take(client.as_ref()).await?;
                let arrival = tokio::time::timeout(ARRIVAL, service.call(request));
                match arrival.await {
                    Ok(Ok(response)) => Ok((response, place)),
                    Ok(Err(never)) => match never {},
                    Err(_) => Err(Status::deadline_exceeded(format!(
                        "the request took longer than {} s to arrive",
                        ARRIVAL.as_secs()
                    ))),
                }
            };
            let (response, held) = match answer.await {
                Ok((response, place)) => {
                    let reading = client.map(|client| client.is_answered());
                    (response, Some((place, reading)))
                }
                Err(status) => (status.into_http(), None),
            };
            Ok(match counted {
                Some(call) => call.of(response, held),
                None => response,
            })
        })
    }
}

/// What an answer holds until it is read: its place, and that its client has it to read.
type Held = (Place, Option<Reading>);

/// The bytes of an answer. They are let go when they are on their way to the client, which may be long after the call has
/// ended for hyper, and what the answer holds goes with them.
struct Answer {
    bytes: Bytes,
    _held: Option<Held>,
}

impl AsRef<[u8]> for Answer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
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
    fn of(mut self, response: Response, held: Option<Held>) -> Response {
        if let Some(code) = status_in(response.headers()) {
            self.end(code);
            return response;
        }
        response.map(|body| {
            Body::new(Watched {
                body,
                call: self,
                held,
            })
        })
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
    held: Option<Held>,
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
        // An answer of one message is one frame of data.
        let held = |bytes| {
            Bytes::from_owner(Answer {
                bytes,
                _held: self.held.take(),
            })
        };
        Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(held))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}
