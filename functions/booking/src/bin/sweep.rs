//! The sweep of the bookings under Lambda, run by a schedule.

use booking::Sweep;
use serde::de::IgnoredAny;
use shared::{clock::Clock, environment::Environment, runtime, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let environment = Environment::of_the_process();
    telemetry::json(&environment);
    let sweep = Sweep::open(&environment, Clock::system()).await?;
    let sweep = &sweep;
    runtime::handle(sweep, move |_: IgnoredAny| async move { sweep.run().await }).await
}
