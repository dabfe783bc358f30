//! Logs: one JSON line per event in Lambda, with [metrics] beside them; readable lines on a laptop.
//!
//! Only our own crates log below `WARN`. At `DEBUG` and `TRACE`, the SDK and the HTTP stack log request bodies,
//! which hold what patients wrote.

use std::fmt;

use tracing::Level;
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{environment::Environment, metrics};

const OWN_CRATES: [&str; 6] = [
    "articles",
    "booking",
    "contact",
    "frontdesk",
    "mailer",
    "shared",
];

/// JSON lines on standard output, as `CloudWatch` reads them. `LOG_LEVEL` is `info` unless set; metrics
/// are written where `METRICS_NAMESPACE` is.
pub fn json(environment: &Environment) {
    metrics::open(environment);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .without_time();
    install(lines, environment);
}

/// Short lines on standard error, for a person. `LOG_LEVEL` is `info` unless set.
pub fn readable(environment: &Environment) {
    let lines = tracing_subscriber::fmt::layer()
        .compact()
        .without_time()
        .with_target(false)
        .with_writer(std::io::stderr);
    install(lines, environment);
}

fn install<L>(lines: L, environment: &Environment)
where
    L: Layer<tracing_subscriber::Registry> + Send + Sync,
{
    let level = environment
        .get("LOG_LEVEL")
        .and_then(|level| level.parse().ok())
        .unwrap_or(Level::INFO);
    let own = OWN_CRATES.map(|name| (name, LevelFilter::from_level(level)));
    let filter = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("dynoxide", LevelFilter::ERROR)
        .with_targets(own);
    // A second start in one process (tests) keeps the first.
    let _ = tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .try_init();
}

/// An error with all its causes, for the one place that logs it.
#[derive(Debug)]
pub struct Causes<'a>(pub &'a dyn std::error::Error);

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
