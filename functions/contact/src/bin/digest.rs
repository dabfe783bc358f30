//! The digest of the quarantine under Lambda, run by a schedule.

use contact::Digest;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::IgnoredAny;
use shared::{clock::Clock, environment::Environment, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let environment = Environment::of_the_process();
    telemetry::json(&environment);
    let digest = Digest::open(&environment, Clock::system()).await?;
    let digest = &digest;
    lambda_runtime::run(service_fn(move |_: LambdaEvent<IgnoredAny>| async move {
        Ok::<_, lambda_runtime::Error>(digest.run().await?)
    }))
    .await
}
