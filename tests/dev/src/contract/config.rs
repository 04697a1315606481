//! Settings: each wrong one is named, none is shown.

use anyhow::{Result, ensure};

use super::kind::Kind;
use super::world::World;

super::cases! {
    Kind::any:
        all_wrong_settings_are_named_at_once_and_none_is_shown, values_out_of_range_are_named,
        other_environments_are_an_error, any_origin_at_all_is_no_origin,
        production_wants_https_or_loopback, production_has_hsts_only_with_https;
    Kind::users: lengths_and_throttles_have_their_ranges;
    Kind::jwt: weak_secrets_are_refused_in_production;
}

/// A production server that is reached here without TLS.
pub const PRODUCTION: [(&str, &str); 4] = [
    ("APP_ENV", "production"),
    ("BASE_URL", "https://app.example"),
    ("HOST", "127.0.0.1"),
    ("MIGRATE_ON_START", "true"),
];

/// Ends with 78 within two seconds, names these and shows no value.
fn refused(w: &World, changes: &[(&str, &str)]) -> Result<()> {
    let database = w.database()?;
    let start = std::time::Instant::now();
    let said = w.verb(&database, &[], changes, "")?;
    let names: Vec<&str> = changes.iter().map(|(name, _)| *name).collect();
    ensure!(
        said.code == Some(78),
        "{names:?}: exit code {:?}, not 78: {}{}",
        said.code,
        said.out,
        said.err
    );
    ensure!(start.elapsed().as_secs() < 2, "{names:?}: it took {:?}", start.elapsed());
    for (name, value) in changes {
        let told = name.starts_with("APP_") || said.err.contains(name);
        ensure!(told, "`{name}` is not named: {}", said.err);
        ensure!(
            value.len() < 6 || *value == "production" || !said.err.contains(value),
            "`{name}` is shown: {}",
            said.err
        );
    }
    Ok(())
}

fn all_wrong_settings_are_named_at_once_and_none_is_shown(w: &World) -> Result<()> {
    let names = [
        "HOST",
        "PORT",
        "BASE_URL",
        "DATABASE_URL",
        "MIGRATE_ON_START",
        "DATABASE_CONNECT_DEADLINE_MS",
        "DATABASE_MAX_CONNECTIONS",
        "INSTANCES",
        "DATABASE_ACQUIRE_TIMEOUT_MS",
        "RATE_LIMIT_PER_MINUTE",
        "CORS_ALLOWED_ORIGINS",
        "TRUSTED_PROXIES",
        "REQUEST_TIMEOUT_MS",
        "BODY_LIMIT_BYTES",
        "MAX_IN_FLIGHT",
        "SHUTDOWN_DELAY_MS",
        "SHUTDOWN_GRACE_MS",
        "DOCS_ENABLED",
        "LOG_FORMAT",
        "METRICS_ADDR",
    ];
    let mut all: Vec<(&str, &str)> = names.iter().map(|name| (*name, "canary-value")).collect();
    all.extend([("RUST_LOG", "canary-value"), ("MIGRATE_DATABASE_URL", "canary-value")]);
    if w.kind.redis() {
        all.push(("REDIS_URL", "canary-value"));
    }
    if w.kind.session() {
        all.extend([
            ("SESSION_IDLE_SECS", "canary-value"),
            ("SESSION_ABSOLUTE_SECS", "canary-value"),
        ]);
    }
    refused(w, &all)
}

fn values_out_of_range_are_named(w: &World) -> Result<()> {
    refused(
        w,
        &[
            ("PORT", "65536"),
            ("DATABASE_MAX_CONNECTIONS", "0"),
            ("REQUEST_TIMEOUT_MS", "0"),
            ("MAX_IN_FLIGHT", "0"),
            ("BODY_LIMIT_BYTES", "0"),
            ("RATE_LIMIT_PER_MINUTE", "-1"),
        ],
    )?;
    let huge = "99999999999999999999999";
    refused(
        w,
        &[
            ("PORT", huge),
            ("DATABASE_MAX_CONNECTIONS", huge),
            ("REQUEST_TIMEOUT_MS", huge),
            ("MAX_IN_FLIGHT", huge),
            ("BODY_LIMIT_BYTES", huge),
            ("RATE_LIMIT_PER_MINUTE", huge),
            ("SHUTDOWN_GRACE_MS", huge),
        ],
    )?;
    refused(
        w,
        &[
            ("TRUSTED_PROXIES", "10.0.0.0/33"),
            ("METRICS_ADDR", "somewhere"),
            ("DOCS_ENABLED", "maybe"),
        ],
    )
}

fn other_environments_are_an_error(w: &World) -> Result<()> {
    for value in ["staging", "Production", "prod", "PRODUCTION"] {
        let said =
            w.verb(&*w.database()?, &["config", "check", "--offline"], &[("APP_ENV", value)], "")?;
        ensure!(
            said.code == Some(78) && said.err.contains("APP_ENV"),
            "{value}: {:?} {}",
            said.code,
            said.err
        );
    }
    Ok(())
}

fn any_origin_at_all_is_no_origin(w: &World) -> Result<()> {
    for value in [
        "*",
        "null",
        "https://*.example",
        "https://app.example/path",
        "app.example",
        "https://a.example,*",
        "ftp://a.example",
        "https://a.example:99999",
        "https://a.example:",
        "https://:443",
    ] {
        refused(w, &[("CORS_ALLOWED_ORIGINS", value)])?;
    }
    Ok(())
}

fn production_wants_https_or_loopback(w: &World) -> Result<()> {
    let check = |url: &str| {
        let changes = [("APP_ENV", "production"), ("BASE_URL", url)];
        w.verb(&*w.database()?, &["config", "check", "--offline"], &changes, "")
    };
    for url in [
        "https://api.example",
        "http://127.0.0.1:3000",
        "http://localhost:8080",
        "http://[::1]:3000",
    ] {
        let said = check(url)?;
        ensure!(said.code == Some(0), "{url}: {:?} {}", said.code, said.err);
    }
    for url in [
        "http://api.example",
        "http://10.0.0.1",
        "http://localhost.example",
        "http://127.0.0.1.example",
    ] {
        let said = check(url)?;
        ensure!(
            said.code == Some(78) && said.err.contains("BASE_URL"),
            "{url}: {:?} {}",
            said.code,
            said.err
        );
    }
    Ok(())
}

fn production_has_hsts_only_with_https(w: &World) -> Result<()> {
    let server = w.server(&PRODUCTION)?;
    let answer = w.nobody_at(&server).get("/livez")?.is(200)?;
    answer.says("strict-transport-security", "max-age=31536000; includeSubDomains")?;
    let missing = w.nobody_at(&server).get("/nothing")?.problem(404, "not_found")?;
    missing.tells("strict-transport-security")?;
    w.nobody().get("/livez")?.lacks("strict-transport-security")?;
    Ok(())
}

fn lengths_and_throttles_have_their_ranges(w: &World) -> Result<()> {
    for number in ["0", "101", "x", "-1"] {
        refused(w, &[("LOGIN_MAX_FAILURES", number), ("LOGIN_CLIENT_MAX_FAILURES", number)])?;
    }
    for length in ["7", "65", "0"] {
        refused(w, &[("PASSWORD_MIN_LENGTH", length)])?;
    }
    refused(w, &[("LOGIN_WINDOW_SECS", "0"), ("LOGIN_CLIENT_WINDOW_SECS", "0")])?;
    let server = w.server(&[("PASSWORD_MIN_LENGTH", "8")])?;
    let body =
        |password: &str| serde_json::json!({"email": "short@example.com", "password": password});
    w.nobody_at(&server)
        .post("/auth/register", &body("gT5#kq9"))?
        .refuses(&[("/password", "too_short")])?;
    w.nobody_at(&server).post("/auth/register", &body("gT5#kq9!"))?.is(201)?;
    Ok(())
}

fn weak_secrets_are_refused_in_production(w: &World) -> Result<()> {
    let weak = [
        "",
        "secret",
        "0123456789012345678901234567890",
        "change-me-change-me-change-me-change-me",
        "a-string-secret-at-least-256-bits-long",
        &"a".repeat(64),
        &"01".repeat(32),
    ];
    for secret in weak {
        let changes = [&PRODUCTION[..], &[("JWT_SECRET", secret)]].concat();
        let said = w.verb(&*w.database()?, &["config", "check", "--offline"], &changes, "")?;
        let named = said.code == Some(78) && said.err.contains("JWT_SECRET");
        ensure!(
            named,
            "a secret of {} characters, `{secret}`: {:?} {}",
            secret.len(),
            said.code,
            said.err
        );
        ensure!(secret.len() < 8 || !said.err.contains(secret), "it is shown: {}", said.err);
    }
    Ok(())
}
