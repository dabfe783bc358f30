//! The AWS clients: made once per function, from what the Lambda environment already holds.
//!
//! `aws-config` is not needed, because Lambda sets the region and the credentials as environment variables. TLS
//! is rustls with ring and only the roots of AWS's endpoints: reading the system's whole certificate folder and
//! starting aws-lc would be most of a small function's cold start.

use std::time::Duration;

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Region, SharedHttpClient, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};

use crate::{
    consumption::Meter,
    environment::{Environment, MissingVariable},
};

/// Amazon Root CA 1–4 and Starfield Services Root G2, the roots of every AWS endpoint
/// (<https://www.amazontrust.com/repository/>).
const AMAZON_TRUST_SERVICES: &str = include_str!("amazon-trust-services.pem");

/// What all clients share: the connection pool, the region, the credentials and the limits.
#[derive(Clone, Debug)]
pub struct Aws {
    region: Region,
    credentials: SharedCredentialsProvider,
    http: SharedHttpClient,
    dynamodb_endpoint: Option<String>,
    ses_endpoint: Option<String>,
}

/// Why the clients cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    #[error(transparent)]
    Missing(#[from] MissingVariable),
    #[error("the TLS trust store is not usable")]
    Tls(#[source] aws_smithy_http_client::HttpClientError),
    #[error("the file that AWS_CA_BUNDLE names cannot be read")]
    CaBundle(#[source] std::io::Error),
}

impl Aws {
    /// Reads `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, if set,
    /// `AWS_SESSION_TOKEN`, `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL_SESV2`,
    /// `AWS_ENDPOINT_URL` and `AWS_CA_BUNDLE` (a PEM file to trust instead of Amazon's roots).
    ///
    /// # Errors
    /// When a variable is missing, or the trust store cannot be read.
    pub fn from_environment(environment: &Environment) -> Result<Self, AwsError> {
        let credentials = Credentials::new(
            environment.require("AWS_ACCESS_KEY_ID")?,
            environment.require("AWS_SECRET_ACCESS_KEY")?,
            environment.get("AWS_SESSION_TOKEN").map(str::to_owned),
            None,
            "environment",
        );
        let endpoint = |service| {
            let own = environment.get(service);
            own.or_else(|| environment.get("AWS_ENDPOINT_URL"))
                .map(str::to_owned)
        };
        let roots = match environment.get("AWS_CA_BUNDLE") {
            Some(path) => std::fs::read(path).map_err(AwsError::CaBundle)?,
            None => AMAZON_TRUST_SERVICES.into(),
        };
        Ok(Self {
            region: Region::new(environment.require("AWS_REGION")?.to_owned()),
            credentials: SharedCredentialsProvider::new(credentials),
            http: http_client(roots)?,
            dynamodb_endpoint: endpoint("AWS_ENDPOINT_URL_DYNAMODB"),
            ses_endpoint: endpoint("AWS_ENDPOINT_URL_SESV2"),
        })
    }

    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .timeout_config(timeouts(Duration::from_secs(2)))
            .retry_config(retries())
            .interceptor(Meter);
        let config = match &self.dynamodb_endpoint {
            Some(url) => config.endpoint_url(url),
            None => config,
        };
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    #[must_use]
    pub fn ses(&self) -> aws_sdk_sesv2::Client {
        let config = aws_sdk_sesv2::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            // Sending a mail is not idempotent: the SDK makes one attempt that may take the whole time, and
            // the outbox decides whether there is another.
            .timeout_config(timeouts(OPERATION))
            .retry_config(RetryConfig::disabled());
        let config = match &self.ses_endpoint {
            Some(url) => config.endpoint_url(url),
            None => config,
        };
        aws_sdk_sesv2::Client::from_conf(config.build())
    }
}

fn http_client(roots: Vec<u8>) -> Result<SharedHttpClient, AwsError> {
    let trust = TrustStore::empty().with_pem_certificate(roots);
    let tls = TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .map_err(AwsError::Tls)?;
    Ok(Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls)
        .build_https())
}

/// How long a call may take, with all its retries. The SDK has no limit of its own; this one is below the
/// functions' ten seconds.
pub const OPERATION: Duration = Duration::from_secs(5);

fn timeouts(attempt: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(attempt)
        .operation_timeout(OPERATION)
        .build()
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(50))
        .with_max_backoff(Duration::from_secs(1))
}
