//! Who may connect, and for how long one may say nothing.
//!
//! A client that means it speaks at once and answers the pings of HTTP/2. All others cost a place, so places are few, are
//! given back, and of those who have not said a word the one that came first makes room for the next.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::AbortHandle;
use tokio::time::{Instant, Sleep};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;
use tracing::{debug, warn};

/// How many may be open at once. Crossplane has one for each of its own replicas.
const OPEN: usize = 256;
/// How many may be open at once that have not said what they are to say first.
const SILENT: usize = 256;
/// How long the first words may take: the client's certificate, where there is TLS.
const GREETING: Duration = Duration::from_secs(10);
/// How long nothing may come from a client. The pings of HTTP/2 are answered sooner by one that lives.
pub(super) const SILENCE: Duration = Duration::from_mins(1);
/// The pause after a connection that the system could not give: it has no more of something for now.
const PAUSE: Duration = Duration::from_millis(50);

/// A connection in its place, which it gives back when it is dropped.
pub(super) struct Connection<S> {
    stream: S,
    heard: Instant,
    deadline: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
}

/// The connections of clients that have been greeted, until nobody asks for more.
pub(super) fn incoming<S, G>(
    listener: TcpListener,
    greet: impl Fn(TcpStream) -> G + Send + 'static,
) -> ReceiverStream<io::Result<Connection<S>>>
where
    S: Send + 'static,
    G: Future<Output = io::Result<S>> + Send + 'static,
{
    let (send, receive) = mpsc::channel(1);
    tokio::spawn(async move {
        let places = Arc::new(Semaphore::new(OPEN));
        let mut silent: VecDeque<AbortHandle> = VecDeque::new();
        loop {
            let accepted = tokio::select! {
                () = send.closed() => return,
                accepted = listener.accept() => accepted,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    debug!(%error, "a connection came to nothing");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            // Without it an answer in two segments waits 40 ms for the acknowledgement of the first.
            let _ = stream.set_nodelay(true);
            silent.retain(|greeting| !greeting.is_finished());
            if silent.len() >= SILENT
                && let Some(first) = silent.pop_front()
            {
                debug!("too many clients that say nothing; the first of them makes room");
                first.abort();
            }
            let greeted = greet(stream);
            let greeting = admit(greeted, Arc::clone(&places), send.clone());
            silent.push_back(tokio::spawn(greeting).abort_handle());
        }
    });
    ReceiverStream::new(receive)
}

/// One that is slow, or refused, keeps no other waiting.
async fn admit<S>(
    greeted: impl Future<Output = io::Result<S>>,
    places: Arc<Semaphore>,
    send: mpsc::Sender<io::Result<Connection<S>>>,
) {
    let stream = match tokio::time::timeout(GREETING, greeted).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return debug!(%error, "a client was refused"),
        Err(_) => return debug!("a client took too long to say who it is"),
    };
    let Ok(place) = places.try_acquire_owned() else {
        return warn!(open = OPEN, "a client was refused: too many are connected");
    };
    let _ = send.send(Ok(Connection::new(stream, place))).await;
}

/// Waits for the first words of a client without TLS.
pub(super) async fn hear(stream: TcpStream) -> io::Result<TcpStream> {
    match stream.peek(&mut [0]).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(stream),
    }
}

impl<S> Connection<S> {
    fn new(stream: S, place: OwnedSemaphorePermit) -> Self {
        let heard = Instant::now();
        Self {
            stream,
            heard,
            deadline: Box::pin(tokio::time::sleep_until(heard + SILENCE)),
            _place: place,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(context, buffer) {
            self.heard = Instant::now();
            return Poll::Ready(read);
        }
        loop {
            ready!(self.deadline.as_mut().poll(context));
            // It is set once for many reads, and looks back when it is due.
            let due = self.heard + SILENCE;
            if due <= Instant::now() {
                debug!("a client has said nothing for too long");
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.deadline.as_mut().reset(due);
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S> Connected for Connection<S> {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_stream::StreamExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_falls_silent_is_let_go_and_its_place_given_back() {
        let places = Arc::new(Semaphore::new(1));
        let place = Arc::clone(&places).try_acquire_owned().unwrap();
        let (mut client, stream) = tokio::io::duplex(64);
        let mut connection = Connection::new(stream, place);
        let begun = Instant::now();
        let talk = tokio::spawn(async move {
            for _ in 0..3 {
                client.write_all(b"a").await.unwrap();
                tokio::time::sleep(Duration::from_secs(59)).await;
            }
            client
        });
        let mut heard = Vec::new();
        let error = connection.read_to_end(&mut heard).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(heard, b"aaa");
        // Twice nearly as long as is allowed, and then too long.
        assert_eq!(begun.elapsed().as_secs(), 59 + 59 + SILENCE.as_secs());
        drop(talk.await.unwrap());
        assert_eq!(places.available_permits(), 0);
        drop(connection);
        assert_eq!(places.available_permits(), 1);
    }

    #[tokio::test]
    async fn so_many_are_open_and_no_more_until_one_goes() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut incoming = incoming(listener, hear);
        let connect = async || {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(b"a").await.unwrap();
            client
        };
        let mut open = Vec::new();
        for _ in 0..OPEN {
            let client = connect().await;
            open.push((client, incoming.next().await.unwrap().unwrap()));
        }
        let mut refused = connect().await;
        assert!(matches!(refused.read(&mut [0]).await, Ok(0) | Err(_)));
        open.pop();
        let _client = connect().await;
        incoming.next().await.unwrap().unwrap();
    }
}
