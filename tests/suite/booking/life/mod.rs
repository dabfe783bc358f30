//! A booking's whole life, by many people at once, beside a sequential model of it.
//!
//! Each seed is a story of its own. `FRONTDESK_SEEDS=50` tells fifty of them, and `FRONTDESK_SEED=7` tells the seventh again.

mod model;
mod rules;
mod steps;
mod tables;
mod world;

use std::time::Duration;

use frontdesk_tests::{Desk, NOW, infra_with, only_seed, program::Program, seeds};
use jiff::Timestamp;
use serde_json::json;
use steps::Step;
use world::World;

/// How many steps a story has.
const STEPS: usize = 40;

/// Two practitioners who offer the same two services, and two reminders of each visit.
fn two_practitioners(toml: &str) -> String {
    let three = "practitioners = [\"chiropodist-1\", \"chiropodist-2\", \"chiropodist-3\"]";
    let two = "practitioners = [\"chiropodist-1\", \"chiropodist-2\"]";
    let toml = toml.replace(three, two);
    let toml = toml.replace("mails_per_day = 12", "mails_per_day = 1000");
    toml.replace(
        "reminder_hours = [48]",
        &format!("reminder_hours = {:?}", model::REMINDERS),
    )
}

/// Says which seed has failed.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!(
                "this was seed {0}: FRONTDESK_SEED={0} tells it again",
                self.0
            );
        }
    }
}

/// The seeds whose stories are told.
fn stories(few: u64) -> Vec<u64> {
    let all = || (1..=seeds(few)).collect();
    only_seed().map_or_else(all, |seed| vec![seed])
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

async fn world(seed: u64) -> World {
    let desk = Desk::with_clinic(|toml| two_practitioners(&toml)).await;
    World::new(desk, seed, now())
}

#[tokio::test(flavor = "multi_thread")]
async fn step_by_step_a_booking_becomes_what_the_model_says() {
    for seed in stories(2) {
        let _said = Seed(seed);
        let mut world = world(seed).await;
        for _ in 0..STEPS {
            let step = world.next();
            world.take(&step).await;
            world.check().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_lost_replies_conflicts_and_throttling_it_becomes_the_same() {
    let faults = ["lost_reply", "conflict", "throttle"];
    for seed in stories(2) {
        let _said = Seed(seed);
        let mut world = world(seed).await;
        for _ in 0..STEPS {
            let step = world.next();
            let fault = faults[world.dice.below(faults.len())];
            let times = 1 + world.dice.below(3);
            let fault = json!({ "dynamodb": fault, "times": times, "after": world.dice.below(3) });
            world.desk.faults(fault).await;
            world.take(&step).await;
            world.check().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_people_at_once_no_two_get_the_same_time() {
    for seed in stories(2) {
        let _said = Seed(seed);
        let mut world = world(seed).await;
        for round in 0..STEPS / 4 {
            if round % 3 == 2 {
                let fault = json!({ "dynamodb": "lost_reply", "times": 2, "operation": "TransactWriteItems" });
                world.desk.faults(fault).await;
            }
            world.burst(10).await;
            world.check().await;
            let wait = jiff::SignedDuration::from_mins(97);
            world.take(&Step::Wait(wait)).await;
            world.check().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_forgets_nothing_and_does_nothing_twice() {
    for seed in stories(1) {
        let _said = Seed(seed);
        let folder = tempfile::tempdir().unwrap();
        let infra = infra_with(folder.path(), |toml| two_practitioners(&toml));
        let data = folder.path().join("data");
        let start = || Program::start_with(&infra, &data);
        let mut program = start();
        let mut world = World::new(Desk::at(&program.url), seed, now());
        for _ in 0..STEPS / 2 {
            let step = world.next();
            if world.dice.below(3) == 0 {
                // In the midst of it, or just before or after.
                let begun = world.begin(&step);
                let moment = u64::try_from(world.dice.below(40)).unwrap();
                tokio::time::sleep(Duration::from_millis(moment)).await;
                program.kill();
                program = start();
                world.go_on_at(&program.url).await;
                if let Some(begun) = begun {
                    begun.await.unwrap();
                }
            }
            world.take(&step).await;
            world.check().await;
        }
    }
}
