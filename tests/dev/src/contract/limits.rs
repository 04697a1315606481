//! Rate limits, proxies and requests in flight.

use std::io::Write;

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use super::client::{Ask, Client};
use super::kind::Kind;
use super::server::Server;
use super::world::{World, at_once};

super::cases! {
    Kind::any: too_many_requests_of_a_client_are_429,
        health_is_never_limited,
        a_forwarded_header_of_a_stranger_is_nothing,
        behind_a_trusted_proxy_each_client_has_a_bucket,
        the_rightmost_untrusted_address_counts,
        more_than_max_in_flight_are_503_but_health_is_not;
    Kind::users: users_have_buckets_of_their_own,
        bad_credentials_count_for_the_client;
}

/// Few requests a minute, counted where nobody has counted yet.
fn limited(w: &World, more: &[(&str, &str)]) -> Result<Server> {
    let room = w.room();
    w.server(&[&[("RATE_LIMIT_PER_MINUTE", "6"), ("REDIS_URL", room.as_str())][..], more].concat())
}

/// Asks until it is refused; how often it was not.
fn drain(client: &Client) -> Result<usize> {
    for count in 0..40 {
        let answer = client.unrecorded().get("/openapi.json")?;
        if answer.status == 429 {
            let answer = answer.problem(429, "rate_limited")?;
            let wait: u32 = answer.header("retry-after").unwrap_or_default().parse()?;
            ensure!(wait <= 60, "{}", answer.but("a wait of at most a minute"));
            return Ok(count);
        }
        answer.is(200)?;
    }
    Ok(40)
}

/// What leaks in while the minute goes on.
fn about_six(count: usize) -> Result<()> {
    ensure!((5..=8).contains(&count), "{count} requests were let through, not 6");
    Ok(())
}

fn too_many_requests_of_a_client_are_429(w: &World) -> Result<()> {
    let server = limited(w, &[])?;
    let nobody = w.nobody_at(&server);
    about_six(drain(&nobody)?)?;
    // what is not there is 404 all the same
    nobody.get("/nothing")?.problem(404, "not_found")?;
    let path = if w.kind.rest() { "/api/v1/tasks" } else { "/graphql" };
    let wrong = Ask::new("POST", path).header("Content-Type", "text/plain").bytes(b"{");
    nobody.send(wrong)?.problem(429, "rate_limited")?;
    nobody
        .send(Ask::new("POST", path).text(&" ".repeat((1 << 20) + 1)))?
        .problem(413, "too_large")?;
    Ok(())
}

fn health_is_never_limited(w: &World) -> Result<()> {
    let server = limited(w, &[])?;
    let nobody = w.nobody_at(&server);
    drain(&nobody)?;
    for _ in 0..20 {
        nobody.get("/livez")?.is(200)?;
        nobody.get("/readyz")?.is(200)?;
    }
    Ok(())
}

fn a_forwarded_header_of_a_stranger_is_nothing(w: &World) -> Result<()> {
    let server = limited(w, &[])?;
    let nobody = w.nobody_at(&server);
    drain(&nobody)?;
    for number in 0..3 {
        let liar = nobody.with("X-Forwarded-For", &format!("203.0.113.{number}"));
        liar.get("/openapi.json")?.problem(429, "rate_limited")?;
    }
    Ok(())
}

const PROXIES: [(&str, &str); 1] = [("TRUSTED_PROXIES", "127.0.0.0/8, 10.0.0.0/8")];

fn behind_a_trusted_proxy_each_client_has_a_bucket(w: &World) -> Result<()> {
    let server = limited(w, &PROXIES)?;
    let nobody = w.nobody_at(&server);
    for client in ["198.51.100.7", "198.51.100.8", "2001:db8:1::1"] {
        about_six(drain(&nobody.with("X-Forwarded-For", client))?)?;
    }
    // a network of IPv6 is one client
    nobody
        .with("X-Forwarded-For", "2001:db8:1::2")
        .get("/openapi.json")?
        .problem(429, "rate_limited")?;
    Ok(())
}

fn the_rightmost_untrusted_address_counts(w: &World) -> Result<()> {
    let server = limited(w, &PROXIES)?;
    let nobody = w.nobody_at(&server);
    about_six(drain(&nobody.with("X-Forwarded-For", "203.0.113.1, 198.51.100.7, 10.1.2.3"))?)?;
    for lie in ["203.0.113.2, 198.51.100.7", "203.0.113.3, 198.51.100.7, 10.9.9.9"] {
        nobody.with("X-Forwarded-For", lie).get("/openapi.json")?.problem(429, "rate_limited")?;
    }
    let twice =
        nobody.with("X-Forwarded-For", "203.0.113.4").with("X-Forwarded-For", "198.51.100.7");
    twice.get("/openapi.json")?.problem(429, "rate_limited")?;
    nobody.with("X-Forwarded-For", "198.51.100.7, 203.0.113.5").get("/openapi.json")?.is(200)?;
    Ok(())
}

fn users_have_buckets_of_their_own(w: &World) -> Result<()> {
    let server = limited(w, &PROXIES)?;
    let (one, two) = (w.user_at(&server)?, w.user_at(&server)?);
    let mut last = 0;
    for count in 0..20 {
        last = one.unrecorded().get("/auth/me")?.status;
        if last == 429 {
            about_six(count)?;
            break;
        }
    }
    ensure!(last == 429, "a user is never refused");
    two.get("/auth/me")?.is(200)?;
    // nobody's bucket is another one
    w.nobody_at(&server).with("X-Forwarded-For", "198.51.100.9").get("/openapi.json")?.is(200)?;
    Ok(())
}

fn bad_credentials_count_for_the_client(w: &World) -> Result<()> {
    let server = limited(w, &[])?;
    let nobody = w.nobody_at(&server);
    let mut seen = Vec::new();
    for number in 0..10 {
        let stranger = nobody
            .with("Authorization", &format!("Bearer bad{number}"))
            .with("Cookie", &format!("session=bad{number}"));
        seen.push(stranger.unrecorded().get("/auth/me")?.status);
    }
    let refused = seen.iter().filter(|status| **status == 401).count();
    about_six(refused)?;
    ensure!(seen.last() == Some(&429), "{seen:?}");
    Ok(())
}

fn more_than_max_in_flight_are_503_but_health_is_not(w: &World) -> Result<()> {
    let server = w.server(&[("MAX_IN_FLIGHT", "2")])?;
    let nobody = w.nobody_at(&server);
    let (path, body) = super::bodies::open(w);
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = nobody.connect()?;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        held.push(stream);
    }
    std::thread::sleep(Duration::from_millis(150));
    for _ in 0..3 {
        nobody.send(Ask::new("POST", path).text(&body))?.problem(503, "overloaded")?;
        nobody.get("/livez")?.is(200)?;
        nobody.get("/readyz")?.is(200)?;
    }
    drop(held);
    std::thread::sleep(Duration::from_millis(150));
    let answer = nobody.send(Ask::new("POST", path).text(&body))?;
    ensure!(matches!(answer.status, 200 | 201), "{}", answer.but("200 or 201"));
    // a storm is answered, by everybody with something
    let free = nobody.unrecorded();
    let wrong = json!({}).to_string();
    for answer in at_once(24, |_| free.send(Ask::new("POST", path).text(&wrong)))? {
        ensure!(
            matches!(answer.status, 200 | 400 | 422 | 503),
            "{}",
            answer.but("200, 400, 422 or 503")
        );
    }
    Ok(())
}
