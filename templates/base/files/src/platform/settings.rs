//! The settings of the platform: addresses, limits, logs.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;

use super::env::Env;
use super::telemetry;

#[derive(Clone, Debug)]
pub struct Settings {
    pub production: bool,
    pub host: IpAddr,
    /// 0 picks a free port.
    pub port: u16,
    /// `None` stands for the bound address.
    pub base_url: Option<String>,
    pub cors_allowed_origins: Vec<String>,
    pub trusted_proxies: Vec<IpNet>,
    /// Requests a minute for one user or client; 0 switches the limit off.
    pub rate_limit_per_minute: u32,
    pub request_timeout: Duration,
    /// Bytes.
    pub body_limit: usize,
    pub max_in_flight: usize,
    pub shutdown_delay: Duration,
    pub shutdown_grace: Duration,
    pub docs_enabled: bool,
    pub log_json: bool,
    pub log_filter: String,
    pub metrics_addr: Option<SocketAddr>,
}

impl Settings {
    pub fn read(env: &mut Env) -> Self {
        let production = env.production();
        let everywhere = IpAddr::from([0, 0, 0, 0]);
        let default_host = if production { everywhere } else { Ipv4Addr::LOCALHOST.into() };
        Self {
            production,
            host: host(env, default_host),
            port: env.number("PORT", 3000, 0..=65535),
            base_url: base_url(env),
            cors_allowed_origins: origins(env),
            trusted_proxies: proxies(env),
            rate_limit_per_minute: env.number("RATE_LIMIT_PER_MINUTE", 600, 0..=10_000_000),
            request_timeout: millis(env, "REQUEST_TIMEOUT_MS", 15_000, 10),
            body_limit: env.number("BODY_LIMIT_BYTES", 1 << 20, 64..=1 << 30),
            max_in_flight: env.number("MAX_IN_FLIGHT", 512, 1..=100_000),
            shutdown_delay: millis(env, "SHUTDOWN_DELAY_MS", 0, 0),
            shutdown_grace: millis(env, "SHUTDOWN_GRACE_MS", 25_000, 0),
            docs_enabled: env.flag("DOCS_ENABLED", !production),
            log_json: log_json(env),
            log_filter: log_filter(env),
            metrics_addr: env.parsed("METRICS_ADDR", "an address such as 127.0.0.1:9464"),
        }
    }
}

impl Settings {
    /// Whether browsers are told to come back over https only.
    pub fn is_https(&self) -> bool {
        self.base_url.as_deref().is_some_and(|url| url.starts_with("https:"))
    }
}

/// An address of this machine; `localhost` is short for the one that nobody else can reach.
fn host(env: &mut Env, default: IpAddr) -> IpAddr {
    if env.optional("HOST").as_deref() == Some("localhost") {
        return Ipv4Addr::LOCALHOST.into();
    }
    env.parsed("HOST", "an IP address").unwrap_or(default)
}

/// Milliseconds from `least` to ten minutes.
fn millis(env: &mut Env, name: &'static str, default: u64, least: u64) -> Duration {
    Duration::from_millis(env.number(name, default, least..=600_000))
}

fn log_json(env: &mut Env) -> bool {
    let default = if env.production() { "json" } else { "pretty" };
    let format = env.text("LOG_FORMAT", default);
    if !["json", "pretty"].contains(&format.as_str()) {
        env.problem("LOG_FORMAT", "must be pretty or json");
    }
    format == "json"
}

fn log_filter(env: &mut Env) -> String {
    let filter = env.text("RUST_LOG", "info");
    if !telemetry::is_filter(&filter) {
        env.problem("RUST_LOG", "must be a level such as info, or a list such as info,app=debug");
    }
    filter
}

/// `scheme://host[:port]`, in production with https unless it is this machine.
fn base_url(env: &mut Env) -> Option<String> {
    let url = env.optional("BASE_URL")?;
    let url = url.trim_end_matches('/').to_ascii_lowercase();
    let Some((scheme, host)) = split_origin(&url) else {
        env.problem("BASE_URL", "must be an origin such as https://api.example.com");
        return None;
    };
    if env.production() && scheme == "http" && !is_loopback(host) {
        env.problem("BASE_URL", "must be https in production");
    }
    Some(url)
}

fn origins(env: &mut Env) -> Vec<String> {
    let origins: Vec<String> = env.list("CORS_ALLOWED_ORIGINS", "origins");
    // browsers write the host in lower case
    let origins: Vec<String> = origins.iter().map(|it| it.to_ascii_lowercase()).collect();
    if !origins.iter().all(|origin| split_origin(origin).is_some()) {
        env.problem("CORS_ALLOWED_ORIGINS", "must be exact origins such as https://example.com");
    }
    origins
}

fn proxies(env: &mut Env) -> Vec<IpNet> {
    let texts: Vec<String> = env.list("TRUSTED_PROXIES", "networks");
    let read =
        |text: &String| text.parse().ok().or_else(|| Some(text.parse::<IpAddr>().ok()?.into()));
    let networks: Option<Vec<IpNet>> = texts.iter().map(read).collect();
    networks.unwrap_or_else(|| {
        env.problem("TRUSTED_PROXIES", "must be networks such as 10.0.0.0/8, separated by commas");
        Vec::new()
    })
}

/// Scheme and authority, when the text is exactly an origin.
fn split_origin(text: &str) -> Option<(&str, &str)> {
    let (scheme, authority) = text.split_once("://")?;
    let parsed: axum::http::uri::Authority = authority.parse().ok()?;
    let (host, port) = (parsed.host(), parsed.port_u16());
    let bare = !host.is_empty() && (host == authority || port.is_some());
    let plain = bare && !authority.contains(['@', '*']);
    (plain && ["http", "https"].contains(&scheme)).then_some((scheme, authority))
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host == "localhost" || address.is_some_and(|address| address.is_loopback())
}
