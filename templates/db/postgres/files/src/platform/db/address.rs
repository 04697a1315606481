//! The URL of the database, and TLS on the way there: `sslmode` means what it means to `psql`.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::{Error, Result};

/// Where the server is, and how it must prove who it is.
pub(super) struct Address {
    pub config: Config,
    verify: bool,
    /// A file with the authority of the server's certificate, when it is not a public one.
    authority: Option<String>,
}

impl Address {
    /// Knows two options more than the driver: `sslmode=verify-full` and `sslrootcert`.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let wrong = || "must be like postgres://user:password@host:5432/name".to_string();
        let (server, options) = url.split_once('?').unwrap_or((url, ""));
        let (mut verify, mut authority, mut rest) = (false, None, Vec::new());
        for option in options.split('&') {
            match option.split_once('=') {
                Some(("sslmode", "verify-full" | "verify-ca")) => verify = true,
                Some(("sslrootcert", "system")) => verify = true,
                Some(("sslrootcert", file)) => authority = Some(file.to_string()),
                _ => rest.push(option),
            }
        }
        let is_url = server.starts_with("postgres://") || server.starts_with("postgresql://");
        let url = format!("{server}?{}", rest.join("&"));
        let mut config: Config = url.parse().map_err(|_| wrong())?;
        if !is_url || config.get_dbname().is_none() || config.get_user().is_none() {
            return Err(wrong());
        }
        verify |= authority.is_some();
        if verify {
            config.ssl_mode(SslMode::Require);
        } else if config.get_ssl_mode() == SslMode::Prefer && config.get_hosts().iter().all(is_here)
        {
            // nobody listens on the way to the same machine
            config.ssl_mode(SslMode::Disable);
        }
        Ok(Self { config, verify, authority })
    }

    pub(super) fn tls(&self) -> Result<MakeRustlsConnect> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(Error::internal)?;
        let config = if self.verify {
            builder.with_root_certificates(self.roots()?)
        } else {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody(provider)))
        };
        Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
    }

    fn roots(&self) -> Result<RootCertStore> {
        let Some(file) = &self.authority else {
            return Ok(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
        };
        let wrong = |why: &dyn std::fmt::Display| {
            Error::internal(format!("cannot use `{file}`, the sslrootcert of DATABASE_URL: {why}"))
        };
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(file).map_err(|e| wrong(&e))? {
            roots.add(certificate.map_err(|e| wrong(&e))?).map_err(|e| wrong(&e))?;
        }
        Ok(roots)
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
        }
        #[allow(unreachable_patterns, reason = "there are other kinds on Unix only")]
        _ => true,
    }
}

/// `prefer` and `require`: what is sent is hidden, but anybody may be at the other end. Most hosts
/// sign their databases' certificates themselves and ask for no more.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
