//! The mail table's stream, which wakes the mailer, and the clock of the schedules.

use std::time::Duration;

use anyhow::{Context as _, Result};
use dynoxide::Database;
use mailer::Event;
use serde_json::{Value, json};
use shared::telemetry::Causes;
use tokio::{sync::watch, time::MissedTickBehavior};

use super::{schedules::Schedules, server::until, tables::engine};

/// AWS polls a stream about four times a second, and so do we.
const POLL: Duration = Duration::from_millis(250);
/// Once a minute at AWS; more often here, so that nobody has to wait.
const SWEEP: Duration = Duration::from_secs(2);

const TABLE: &str = "MailTable";

/// Wakes the mailer for new mails and for those due, until the program stops. A sweep finds the mails that were
/// queued before the program started or while the stream could not be read.
pub(super) async fn run(database: Database, schedules: Schedules, stopped: watch::Receiver<bool>) {
    let mut stopped = std::pin::pin!(until(stopped));
    let mut poll = tokio::time::interval(POLL);
    let mut sweep = tokio::time::interval(SWEEP);
    poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stream = Stream {
        database,
        position: None,
    };
    loop {
        tokio::select! {
            () = &mut stopped => return,
            _ = poll.tick() => stream.deliver(&schedules).await,
            _ = sweep.tick() => {
                let mailer = schedules.mailer().await;
                if let Err(error) = schedules.run(&mailer).await {
                    tracing::warn!(error = format!("{error:#}"), "what is due was not run");
                }
            }
        }
    }
}

struct Stream {
    database: Database,
    /// The iterator to go on from; `None` before the first, and when a shard has ended.
    position: Option<String>,
}

impl Stream {
    async fn deliver(&mut self, schedules: &Schedules) {
        match self.next_event() {
            Ok(Some(event)) => {
                if let Err(error) = schedules.mailer().await.handle(event).await {
                    tracing::warn!(error = %Causes(&error), "the mailer failed");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(
                error = format!("{error:#}"),
                "the mail stream cannot be read"
            ),
        }
    }

    fn next_event(&mut self) -> Result<Option<Event>> {
        let position = match self.position.take() {
            Some(position) => position,
            None => self.latest()?,
        };
        let request = serde_json::from_value(json!({ "ShardIterator": position }))?;
        let answer = self
            .database
            .get_records(request)
            .map_err(|error| engine(&error))?;
        self.position = answer.next_shard_iterator;
        if answer.records.is_empty() {
            return Ok(None);
        }
        let event = json!({ "Records": answer.records });
        serde_json::from_value(event)
            .map(Some)
            .context("the stream's records cannot be read")
    }

    fn latest(&self) -> Result<String> {
        let table = serde_json::from_value(json!({ "TableName": TABLE }))?;
        let table = self
            .database
            .describe_table(table)
            .map_err(|error| engine(&error))?;
        let arn = table
            .table
            .latest_stream_arn
            .context("the mail table has no stream")?;
        let stream = serde_json::from_value(json!({ "StreamArn": arn }))?;
        let shards = self
            .database
            .describe_stream(stream)
            .map_err(|error| engine(&error))?
            .stream_description
            .shards;
        let shard = shards
            .last()
            .context("the mail table's stream has no shard")?;
        let from: Value =
            json!({ "StreamArn": arn, "ShardId": shard.shard_id, "ShardIteratorType": "LATEST" });
        let iterator = self
            .database
            .get_shard_iterator(serde_json::from_value(from)?)
            .map_err(|error| engine(&error))?;
        iterator
            .shard_iterator
            .context("the stream gave no iterator")
    }
}
