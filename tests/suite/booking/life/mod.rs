//! A booking's whole life, by many people at once, beside a sequential model of it.
//!
//! Each seed is a story of its own. `FRONTDESK_SEEDS=50` tells fifty of them, and `FRONTDESK_SEED=7` tells the seventh again.

mod absence;
mod absent_tables;
mod line;
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

/// Two practitioners who offer the same two services for an hour and a quarter a day, so that days are soon full, in two
/// rooms, and two reminders of each visit.
fn two_practitioners(toml: &str) -> String {
    let three = "practitioners = [\"chiropodist-1\", \"chiropodist-2\", \"chiropodist-3\"]";
    let two = "practitioners = [\"chiropodist-1\", \"chiropodist-2\"]";
    let mut toml = toml.replace(three, two);
    for (confirmation, rooms) in [
        ("instant", &model::ROOMS[..]),
        ("request", &model::ROOMS[..1]),
    ] {
        let line = format!("confirmation = \"{confirmation}\"\n{two}\n");
        let last = toml.rfind(&line).unwrap();
        let first = if confirmation == "request" {
            toml.find(&line).unwrap()
        } else {
            last
        };
        toml.insert_str(first + line.len(), &format!("rooms = {rooms:?}\n"));
    }
    let room = "[[rooms]]\nid = \"blue-room\"\nname = \"Blue room\"\n\n[calendar]";
    toml = toml.replace("[calendar]", room);
    for hours in ["09:00-17:00", "10:00-18:00"] {
        for day in ["tuesday", "wednesday", "thursday"] {
            let line = format!("{day} = [\"{hours}\"]");
            toml = toml.replace(&line, &format!("{day} = [\"10:00-11:15\"]"));
        }
    }
    for pause in ["12:30-13:15", "13:00-13:45"] {
        for day in ["tuesday", "wednesday", "thursday"] {
            toml = toml.replace(&format!("{day} = [\"{pause}\"]\n"), "");
        }
    }
    let toml = toml.replace("bookings_per_week = 6", "bookings_per_week = 1000");
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
    World::new(desk, seed, now()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn step_by_step_a_booking_becomes_what_the_model_says() {
    let (seeds, mut told) = (stories(2), [0; 3]);
    for seed in &seeds {
        let _said = Seed(*seed);
        let mut world = world(*seed).await;
        for _ in 0..STEPS {
            let step = world.next();
            world.take(&step).await;
            world.check().await;
        }
        for (sum, count) in told.iter_mut().zip(world.told()) {
            *sum += count;
        }
    }
    println!(
        "{} seeds: {told:?} offers, asked to move, in the second room",
        seeds.len()
    );
    // Stories without any of them would prove nothing.
    assert!(
        seeds.len() < 10 || told.iter().all(|count| *count > 2),
        "{told:?}"
    );
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
        let mut world = World::new(Desk::at(&program.url), seed, now()).await;
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
