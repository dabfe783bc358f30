//! What at least two functions of the front desk need.
//!
//! The [`clinic`] as it is published, [`values`] that people type, the [`http`] edge, the [`pages`], the [`guard`]
//! of every write, capability [`link`]s, the [`audit`] trail and people's [`records`], the [`outbox`], the
//! [`store`], the [`clock`] and the [`aws`] clients. Logs, metrics and costs are in [`telemetry`],
//! [`metrics`] and [`consumption`].

pub mod audit;
pub mod aws;
pub mod clinic;
pub mod clock;
pub mod consumption;
pub mod environment;
pub mod forms;
pub mod guard;
pub mod http;
pub mod invitation;
pub mod link;
pub mod local_time;
pub mod metrics;
pub mod outbox;
pub mod pages;
pub mod records;
pub mod reference;
pub mod runtime;
pub mod store;
pub mod telemetry;
pub mod values;
