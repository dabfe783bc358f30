//! The digest's part about messages under Lambda, run by a schedule.

use contact::DailyDigest;
use serde::de::IgnoredAny;
use shared::{clock::Clock, environment::Environment, runtime, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let environment = Environment::of_the_process();
    telemetry::json(&environment);
    let digest = DailyDigest::open(&environment, Clock::system()).await?;
    let digest = &digest;
    runtime::handle(
        digest,
        move |_: IgnoredAny| async move { digest.run().await },
    )
    .await
}
