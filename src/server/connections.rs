//! Who may connect, and for how long one may say nothing.
//!
//! A client that means it speaks at once, answers the pings of HTTP/2 and reads what it is answered. All others cost a
//! place, so places are few, are given back, and of those who have not said a word the one that came first makes room for
//! the next.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
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

/// How many connections of a port may be open.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// At once.
    pub(super) open: usize,
    /// At once besides, that have not said what they are to say first.
    pub(super) silent: usize,
    /// For how long each, where that is limited.
    pub(super) lifetime: Option<Duration>,
}

/// How long the first words may take: the client's certificate, where there is TLS.
const GREETING: Duration = Duration::from_secs(10);
/// How long nothing may come from a client. The pings of HTTP/2 are answered sooner by one that lives.
const SILENCE: Duration = Duration::from_mins(1);
/// How long a client may take to read an answer.
const READING: Duration = Duration::from_secs(10);
/// How often it is seen to that none takes longer.
const LOOK: Duration = Duration::from_secs(2);
/// How many calls of a connection may be in the works at once: half of all places, so that none has them to itself.
const CALLS: usize = 16;
/// The pause after a connection that the system could not give: it has no more of something for now.
const PAUSE: Duration = Duration::from_millis(50);

/// A connection in its place, which it gives back when it is dropped.
pub(super) struct Connection<S> {
    stream: S,
    heard: Instant,
    ends: Option<Instant>,
    look: Pin<Box<Sleep>>,
    client: Client,
    _place: OwnedSemaphorePermit,
}

/// What the calls of a connection share.
#[derive(Clone)]
pub(super) struct Client {
    places: Arc<Semaphore>,
    turn: Arc<Semaphore>,
    unread: Arc<Mutex<Unread>>,
}

/// Since when each answer waits to be read, in the order of the answers.
#[derive(Default)]
struct Unread {
    answers: usize,
    since: BTreeMap<usize, Instant>,
}

impl Client {
    fn new() -> Self {
        Self {
            places: Arc::new(Semaphore::new(CALLS)),
            turn: Arc::new(Semaphore::new(1)),
            unread: Arc::default(),
        }
    }

    /// Where its calls have their places.
    pub(super) fn places(&self) -> &Arc<Semaphore> {
        &self.places
    }

    /// Who has it waits for a place among all: one call of each connection, so that they take turns.
    pub(super) fn turn(&self) -> &Semaphore {
        &self.turn
    }

    /// Has an answer to read, until what is returned is dropped.
    pub(super) fn is_answered(&self) -> Reading {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.answers += 1;
        let answer = unread.answers;
        unread.since.insert(answer, Instant::now());
        Reading {
            answer,
            unread: Arc::clone(&self.unread),
        }
    }

    fn waits_since(&self) -> Option<Instant> {
        let unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.since.first_key_value().map(|(_, since)| *since)
    }
}

/// An answer that is being read.
pub(super) struct Reading {
    answer: usize,
    unread: Arc<Mutex<Unread>>,
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.since.remove(&self.answer);
    }
}

/// The connections of clients that have been greeted, until nobody asks for more.
pub(super) fn incoming<S, G>(
    listener: TcpListener,
    limits: Limits,
    greet: impl Fn(TcpStream) -> G + Send + 'static,
) -> ReceiverStream<io::Result<Connection<S>>>
where
    S: Send + 'static,
    G: Future<Output = io::Result<S>> + Send + 'static,
{
    let (send, receive) = mpsc::channel(1);
    tokio::spawn(async move {
        let places = Arc::new(Semaphore::new(limits.open));
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
            if silent.len() >= limits.silent
                && let Some(first) = silent.pop_front()
            {
                debug!("too many clients that say nothing; the first of them makes room");
                first.abort();
            }
            let greeted = greet(stream);
            let greeting = admit(greeted, limits.lifetime, Arc::clone(&places), send.clone());
            silent.push_back(tokio::spawn(greeting).abort_handle());
        }
    });
    ReceiverStream::new(receive)
}

/// One that is slow, or refused, keeps no other waiting.
async fn admit<S>(
    greeted: impl Future<Output = io::Result<S>>,
    lifetime: Option<Duration>,
    places: Arc<Semaphore>,
    send: mpsc::Sender<io::Result<Connection<S>>>,
) {
    let stream = match tokio::time::timeout(GREETING, greeted).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return debug!(%error, "a client was refused"),
        Err(_) => return debug!("a client took too long to say who it is"),
    };
    let Ok(place) = places.try_acquire_owned() else {
        return warn!("a client was refused: too many are connected");
    };
    let _ = send
        .send(Ok(Connection::new(stream, place, lifetime)))
        .await;
}

/// Waits for the first words of a client without TLS.
pub(super) async fn hear(stream: TcpStream) -> io::Result<TcpStream> {
    match stream.peek(&mut [0]).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(stream),
    }
}

impl<S> Connection<S> {
    fn new(stream: S, place: OwnedSemaphorePermit, lifetime: Option<Duration>) -> Self {
        let heard = Instant::now();
        Self {
            stream,
            heard,
            ends: lifetime.map(|lifetime| heard + lifetime),
            look: Box::pin(tokio::time::sleep_until(heard + LOOK)),
            client: Client::new(),
            _place: place,
        }
    }

    /// Ready once the client has said nothing, or read nothing, for too long.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            ready!(self.look.as_mut().poll(context));
            let now = Instant::now();
            if self.ends.is_some_and(|end| end <= now) {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            if self.heard + SILENCE <= now {
                debug!("a client has said nothing for too long");
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            if self
                .client
                .waits_since()
                .is_some_and(|since| since + READING <= now)
            {
                debug!("a client has not read an answer for too long");
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            self.look.as_mut().reset(now + LOOK);
        }
    }

    /// What was written, or an error where the client has kept that from happening for too long: while there is
    /// something to write, nothing may be read.
    fn or_patience<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match written {
            Poll::Pending => self.poll_patience(context).map(Err),
            ready @ Poll::Ready(_) => ready,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() {
            self.heard = Instant::now();
        }
        // One that says much is looked at as well.
        match self.poll_patience(context) {
            Poll::Ready(error) => Poll::Ready(Err(error)),
            Poll::Pending => read,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.or_patience(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.or_patience(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.or_patience(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = Pin::new(&mut self.stream).poll_shutdown(context);
        self.or_patience(context, ended)
    }
}

impl<S> Connected for Connection<S> {
    type ConnectInfo = Client;

    fn connect_info(&self) -> Client {
        self.client.clone()
    }
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
        let mut connection = Connection::new(stream, place, None);
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
        let longest = Duration::from_secs(59 + 59) + SILENCE;
        assert!(begun.elapsed() >= longest && begun.elapsed() <= longest + LOOK);
        drop(talk.await.unwrap());
        assert_eq!(places.available_permits(), 0);
        drop(connection);
        assert_eq!(places.available_permits(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn where_a_lifetime_is_limited_a_client_that_talks_is_let_go_as_well() {
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let (mut client, stream) = tokio::io::duplex(64);
        let lifetime = Duration::from_secs(15);
        let mut connection = Connection::new(stream, place, Some(lifetime));
        tokio::spawn(async move {
            while client.write_all(b"a").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let begun = Instant::now();
        let error = connection.read_to_end(&mut Vec::new()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(begun.elapsed() >= lifetime && begun.elapsed() <= lifetime + LOOK);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_let_go() {
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let (mut client, stream) = tokio::io::duplex(64);
        let mut connection = Connection::new(stream, place, None);
        client.write_all(b"a").await.unwrap();
        let begun = Instant::now();
        let error = connection.write_all(&[0; 65]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(begun.elapsed() >= SILENCE && begun.elapsed() <= SILENCE + LOOK);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_talks_and_does_not_read_its_answer_is_let_go() {
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let (mut client, stream) = tokio::io::duplex(64);
        let mut connection = Connection::new(stream, place, None);
        tokio::spawn(async move {
            while client.write_all(b"a").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        // Those that are read at once mean nothing, however many they are.
        let begun = Instant::now();
        while begun.elapsed() < 2 * READING {
            let answer = connection.client.is_answered();
            connection.read_exact(&mut [0]).await.unwrap();
            drop(answer);
        }
        let begun = Instant::now();
        let first = connection.client.is_answered();
        let error = loop {
            let _other = connection.client.is_answered();
            if let Err(error) = connection.read_exact(&mut [0]).await {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(begun.elapsed() >= READING && begun.elapsed() <= READING + LOOK);
        drop(first);
    }

    #[tokio::test]
    async fn so_many_are_open_and_no_more_until_one_goes() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let limits = Limits {
            open: 8,
            silent: 8,
            lifetime: None,
        };
        let mut incoming = incoming(listener, limits, hear);
        let connect = async || {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(b"a").await.unwrap();
            client
        };
        let mut open = Vec::new();
        for _ in 0..limits.open {
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
