//! A balancer: each request goes to the next instance that is ready, and one that is not is left out.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Result;

use crate::io::proxy::Gate;
use crate::io::proxy::message::Request;
use crate::io::proxy::pool::Pool;

/// It stands before its instances until the value goes away.
pub struct Balancer {
    gate: Gate,
    pool: Arc<Pool>,
    ended: Arc<AtomicBool>,
    watch: Option<JoinHandle<()>>,
}

impl Balancer {
    /// Before the instances on these ports, which say at the path `ready` whether they take requests.
    pub fn before(ports: &[u16], ready: &str) -> Result<Balancer> {
        let (pool, ended) = (Arc::new(Pool::new(ports, ready)), Arc::new(AtomicBool::new(false)));
        pool.look();
        let serves = pool.clone();
        let gate = Gate::open(move |stream| serve(&serves, stream))?;
        let (looks, over) = (pool.clone(), ended.clone());
        let watch = thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                thread::sleep(INTERVAL);
                looks.look();
            }
        });
        Ok(Balancer { gate, pool, ended, watch: Some(watch) })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.gate.port())
    }

    /// An instance, counted from 1, was started again on another port. It takes requests at once when
    /// it is ready.
    pub fn moved(&self, number: usize, port: u16) {
        self.pool.moved(number, port);
        self.pool.look();
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(watch) = self.watch.take() {
            let _ = watch.join();
        }
    }
}

fn serve(pool: &Pool, mut client: TcpStream) {
    let Ok(request) = Request::read(&mut client) else { return };
    // A client that is gone needs no answer.
    let _ = client.write_all(&pool.exchange(&request));
}

/// How often each instance is asked.
const INTERVAL: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU8;

    use super::*;
    use crate::io::proxy::message;
    use crate::io::proxy::pool::local;

    /// An instance that answers with its letter, is ready or not, and may break off its answers.
    struct Fake {
        gate: Gate,
        mood: Arc<AtomicU8>,
    }

    const WELL: u8 = 0;
    const DRAINS: u8 = 1;
    const BREAKS: u8 = 2;

    impl Fake {
        fn new(letter: char) -> Fake {
            let mood = Arc::new(AtomicU8::new(WELL));
            let own = mood.clone();
            let gate = Gate::open(move |mut stream| {
                let Ok(request) = Request::read(&mut stream) else { return };
                let asks = request.bytes.starts_with(b"GET /ready");
                let status = match own.load(Ordering::Relaxed) {
                    DRAINS if asks => "503 Service Unavailable",
                    BREAKS if !asks => return,
                    _ => "200 OK",
                };
                let head = format!("HTTP/1.1 {status}\r\nContent-Length: 1\r\n\r\n{letter}");
                let _ = stream.write_all(head.as_bytes());
            });
            Fake { gate: gate.unwrap(), mood }
        }

        fn is(&self, mood: u8) {
            self.mood.store(mood, Ordering::Relaxed);
            thread::sleep(INTERVAL * 4);
        }
    }

    /// The letters, or the statuses, of so many answers.
    fn asked(balancer: &Balancer, method: &str, times: usize) -> String {
        let ask = |_| {
            let mut stream = TcpStream::connect(local(balancer.gate.port())).unwrap();
            write!(stream, "{method} /x HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
            let answer = String::from_utf8(message::answer(&mut stream, method).unwrap()).unwrap();
            match answer.starts_with("HTTP/1.1 200") {
                true => answer.chars().last().unwrap().to_string(),
                false => answer[9..12].to_string(),
            }
        };
        (0..times).map(ask).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn requests_go_in_turn_to_those_that_are_ready() {
        let (a, b) = (Fake::new('a'), Fake::new('b'));
        let balancer = Balancer::before(&[a.gate.port(), b.gate.port()], "/ready").unwrap();
        assert_eq!(asked(&balancer, "GET", 4), "a b a b");
        a.is(DRAINS);
        assert_eq!(asked(&balancer, "GET", 3), "b b b");
        a.is(WELL);
        assert!(asked(&balancer, "GET", 2).contains('a'));
        b.is(DRAINS);
        a.is(DRAINS);
        assert_eq!(asked(&balancer, "GET", 1), "503");
    }

    #[test]
    fn one_that_went_without_a_word_is_not_noticed_and_comes_back_elsewhere() {
        let (a, b) = (Fake::new('a'), Fake::new('b'));
        let balancer = Balancer::before(&[a.gate.port(), b.gate.port()], "/ready").unwrap();
        drop(a);
        assert_eq!(asked(&balancer, "POST", 3), "b b b");
        let again = Fake::new('c');
        balancer.moved(1, again.gate.port());
        assert_eq!(asked(&balancer, "POST", 4).matches('c').count(), 2);
    }

    #[test]
    fn what_was_sent_is_sent_again_only_when_that_changes_nothing() {
        let (a, b) = (Fake::new('a'), Fake::new('b'));
        let balancer = Balancer::before(&[a.gate.port(), b.gate.port()], "/ready").unwrap();
        a.is(BREAKS);
        assert_eq!(asked(&balancer, "GET", 4), "b b b b");
        let posts = asked(&balancer, "POST", 4);
        assert_eq!((posts.matches("502").count(), posts.matches('b').count()), (2, 2), "{posts}");
    }
}
