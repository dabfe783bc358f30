//! The mailer under Lambda.

use mailer::Mailer;
use shared::{clock::Clock, environment::Environment, runtime, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let environment = Environment::of_the_process();
    telemetry::json(&environment);
    let mailer = Mailer::open(&environment, Clock::system()).await?;
    let mailer = &mailer;
    runtime::handle(
        mailer,
        move |event| async move { mailer.handle(event).await },
    )
    .await
}
