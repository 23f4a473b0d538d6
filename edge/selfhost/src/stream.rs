//! A connection's stream: whoever reads too slowly is cut off, whatever travels on it, and a socket
//! is read no faster than it may speak.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep, sleep_until},
};

/// How long in all a peer may take nothing of what is to be written. Bytes that it takes earn time
/// back, so that who takes a few now and then is cut off as well.
pub const WRITE_TIME: Duration = Duration::from_secs(8);
/// Bytes that a peer must take in a second to go on for ever: less than the slowest telephone.
const WRITE_RATE: f64 = 2_048.0;
/// What is read of a socket in a second, and how much at once: a frame in pieces of no bytes costs
/// time and is no frame to its watch.
const READ_RATE: f64 = 32_768.0;
const READ_AT_ONCE: Duration = Duration::from_secs(16);

/// A stream that keeps these limits; `S` is its platform's.
pub struct Guarded<S> {
    stream: S,
    /// Makes the platform forget what it still holds for a peer that was cut off.
    reset: fn(&S),
    /// What is left of [`WRITE_TIME`].
    slack: Duration,
    /// Since when a write has waited, and until when it may.
    blocked: Option<(Instant, Pin<Box<Sleep>>)>,
    is_socket: Arc<AtomicBool>,
    /// When all that was read of the socket would have been due at its pace.
    read_due: Instant,
    pause: Option<Pin<Box<Sleep>>>,
}

impl<S> Guarded<S> {
    /// `is_socket` is set once the connection is a WebSocket.
    pub fn new(stream: S, reset: fn(&S), is_socket: Arc<AtomicBool>) -> Self {
        Self {
            stream,
            reset,
            slack: WRITE_TIME,
            blocked: None,
            is_socket,
            read_due: Instant::now(),
            pause: None,
        }
    }

    /// What came of a write: if it waits it has a deadline.
    fn wrote(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match result {
            Poll::Ready(Ok(bytes)) => {
                if let Some((since, _)) = self.blocked.take() {
                    self.slack = self.slack.saturating_sub(since.elapsed());
                }
                self.slack = (self.slack + Duration::from_secs_f64(bytes as f64 / WRITE_RATE))
                    .min(WRITE_TIME);
                Poll::Ready(Ok(bytes))
            }
            Poll::Pending => {
                let slack = self.slack;
                let (_, late) =
                    self.blocked.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(slack))));
                ready!(late.as_mut().poll(cx));
                (self.reset)(&self.stream);
                Poll::Ready(Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the peer reads too slowly",
                )))
            }
            failed => failed,
        }
    }

    /// Waits until more may be read of a socket.
    fn poll_pace(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let allowed =
            self.read_due.checked_sub(READ_AT_ONCE).filter(|allowed| *allowed > Instant::now());
        let Some(allowed) = allowed else {
            self.pause = None;
            return Poll::Ready(());
        };
        let pause = self.pause.get_or_insert_with(|| Box::pin(sleep_until(allowed)));
        ready!(pause.as_mut().poll(cx));
        self.pause = None;
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.is_socket.load(Ordering::Relaxed) {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        ready!(self.poll_pace(cx));
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let bytes = buf.filled().len() - before;
        self.read_due =
            self.read_due.max(Instant::now()) + Duration::from_secs_f64(bytes as f64 / READ_RATE);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.wrote(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.wrote(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    fn pair(is_socket: bool) -> (Guarded<DuplexStream>, DuplexStream) {
        let (own, theirs) = duplex(1_024);
        (Guarded::new(own, |_| {}, Arc::new(AtomicBool::new(is_socket))), theirs)
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_nothing_is_cut_off() {
        let (mut own, _theirs) = pair(false);
        let start = Instant::now();
        let late = own.write_all(&[0; 4_096]).await.unwrap_err();
        assert_eq!(late.kind(), io::ErrorKind::TimedOut);
        assert!(
            start.elapsed() >= WRITE_TIME && start.elapsed() < Duration::from_secs(10),
            "{:?}",
            start.elapsed()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_a_little_now_and_then_is_cut_off_too() {
        let (mut own, mut theirs) = pair(false);
        let reading = tokio::spawn(async move {
            loop {
                sleep(Duration::from_secs(2)).await;
                if theirs.read_u8().await.is_err() {
                    return;
                }
            }
        });
        let start = Instant::now();
        assert!(own.write_all(&[0; 100_000]).await.is_err());
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
        drop(own);
        reading.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_is_waited_for() {
        let (mut own, mut theirs) = pair(false);
        let reading = tokio::spawn(async move {
            let mut buffer = [0; 1_024];
            let mut all = 0;
            while all < 100_000 {
                sleep(Duration::from_millis(400)).await;
                all += theirs.read(&mut buffer).await.unwrap();
            }
        });
        own.write_all(&[0; 100_000]).await.unwrap();
        reading.await.unwrap();
        // An idle time is no waiting: the whole time is there again.
        let (mut own, mut theirs) = pair(false);
        sleep(Duration::from_secs(60)).await;
        own.write_all(&[0; 1_024]).await.unwrap();
        let later = tokio::spawn(async move {
            sleep(Duration::from_secs(7)).await;
            theirs.read_exact(&mut [0; 2_048]).await.unwrap();
        });
        own.write_all(&[0; 1_024]).await.unwrap();
        later.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_socket_is_read_at_a_pace_and_a_request_is_not() {
        for (is_socket, at_least) in [(false, 0), (true, 14)] {
            let (mut own, mut theirs) = pair(is_socket);
            let bytes = 1_000_000;
            let writing = tokio::spawn(async move { theirs.write_all(&vec![0; bytes]).await });
            let start = Instant::now();
            own.read_exact(&mut vec![0; bytes]).await.unwrap();
            writing.await.unwrap().unwrap();
            assert!(
                start.elapsed() >= Duration::from_secs(at_least)
                    && start.elapsed() < Duration::from_secs(at_least + 3),
                "{:?}",
                start.elapsed()
            );
        }
    }
}
