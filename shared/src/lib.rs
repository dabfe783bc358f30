//! What at least two functions of the front desk need.
//!
//! The [`clinic`] as it is published, [`values`] that people type, the [`http`] edge, the [`guard`]
//! against doing things twice, capability [`link`]s, the [`audit`] trail, the [`outbox`], the store's
//! [`transaction`], the [`clock`] and the [`aws`] clients. What is seen of it all from outside: [`telemetry`],
//! [`metrics`] and [`consumption`].

pub mod audit;
pub mod aws;
pub mod clinic;
pub mod clock;
pub mod consumption;
pub mod environment;
pub mod guard;
pub mod http;
pub mod link;
pub mod metrics;
pub mod outbox;
pub mod reference;
pub mod runtime;
pub mod stored;
pub mod telemetry;
pub mod transaction;
pub mod values;
