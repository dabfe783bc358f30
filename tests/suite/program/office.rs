//! The office's commands, as an operator types them beside a front desk on their machine.

use std::process::{Command, Output};

use frontdesk_tests::{
    Desk,
    booked::{Booked, assessment, of_person},
    booking,
    program::{Program, binary},
    snapshots::stable,
    with,
};
use insta::assert_snapshot;
use serde_json::json;
use tempfile::TempDir;

struct Operator {
    desk: Desk,
    _program: Program,
    _data: TempDir,
}

impl Operator {
    fn start() -> Self {
        let data = TempDir::new().unwrap();
        let program = Program::start(data.path());
        Self {
            desk: Desk::at(&program.url),
            _program: program,
            _data: data,
        }
    }

    fn run(&self, arguments: &str) -> Output {
        let port = self.desk.url.rsplit_once(':').unwrap().1;
        let mut command = Command::new(binary("frontdesk"));
        command.args(arguments.split(' ')).args(["--local", port]);
        command.output().unwrap()
    }

    /// What the command says on standard output.
    fn says(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8(output.stdout).unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{arguments}: {error}");
        said
    }

    /// Why the command does nothing.
    fn refuses(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments}");
        String::from_utf8(output.stderr).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_at_the_office() {
    let operator = Operator::start();
    let desk = &operator.desk;
    assert_eq!(
        operator.says("timeoff list"),
        "There is no upcoming time off.\n"
    );
    assert_eq!(
        operator.says("calendar list"),
        "There are no links to calendars.\n"
    );
    let visit = Booked::of(desk, &of_person(booking(), 1)).await;
    let request = with(
        of_person(assessment(), 2),
        "start",
        json!("2026-12-01T11:00:00-05:00"),
    );
    let request = with(request, "patient.email", json!(""));
    Booked::of(desk, &request).await;

    let add = "timeoff add --practitioner chiropodist-1 --from 2026-12-01T09:00 --to 2026-12-01T12:00 --reason Training";
    let added = operator.says(add);
    let told = operator.says(&format!("{add} --tell-patients"));
    desk.clock(json!({ "advance": "PT1M" })).await;
    desk.mail(&visit.reference, "booking_must_move").await;
    let agenda = operator.says("agenda --day 2026-12-01");
    let why =
        operator.says("why --service foot-care --practitioner chiropodist-1 --at 2026-12-01T09:00");
    let list = operator.says("timeoff list");
    let id = list.lines().nth(1).unwrap().split(' ').next().unwrap();
    let removed = operator.says(&format!("timeoff remove {id}"));
    let offered = operator.says(
        "why --service foot-care --practitioner chiropodist-1 --at 2026-12-01T09:00 --patient new",
    );

    let _stable = stable();
    let all = [added, told, agenda, why, list, removed, offered].join("\n---\n\n");
    assert_snapshot!("a_day_at_the_office", all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_calendar_is_shown_once_and_revoked() {
    let operator = Operator::start();
    let desk = &operator.desk;

    let made = operator.says("calendar add --practitioner chiropodist-1 --label phone");
    let url = made.lines().next().unwrap();
    let path = url.strip_prefix(&desk.url).unwrap();
    assert_eq!(desk.get(path).await.status, 200);
    let list = operator.says("calendar list --practitioner chiropodist-1");
    assert!(
        list.contains("phone") && !list.contains(url.split_once("token=").unwrap().1),
        "{list}"
    );
    let id = list.lines().nth(1).unwrap().split(' ').next().unwrap();
    assert!(
        made.contains(&format!("frontdesk calendar revoke {id}")),
        "{made}"
    );
    operator.says(&format!("calendar revoke {id}"));
    assert_eq!(desk.get(path).await.status, 404);
    let audit = operator.says("export --audit --from 2026-11-30 --to 2026-11-30");
    assert!(
        audit.contains("made_calendar_link") && audit.contains("revoked_calendar_link"),
        "{audit}"
    );
}

#[test]
fn a_command_that_makes_no_sense_says_what_to_do() {
    let operator = Operator::start();
    for (arguments, said) in [
        (
            "timeoff add --practitioner chiropodist-1 --practitioner nobody --from 2026-12-01 --to 2026-12-02",
            "the clinic has no practitioner \"nobody\"",
        ),
        (
            "timeoff add --practitioner nobody --from 2026-12-01 --to 2026-12-02",
            "the clinic has no practitioner",
        ),
        (
            "timeoff add --practitioner chiropodist-1 --from 2026-12-02 --to 2026-12-01",
            "has to end after it begins",
        ),
        (
            "timeoff add --practitioner chiropodist-1 --from soon --to 2026-12-01",
            "2026-12-07T09:00",
        ),
        (
            "timeoff add --practitioner chiropodist-1 --from 9999-12-30T10:00 --to 9999-12-30T16:59",
            "within ten years of now",
        ),
        (
            "timeoff add --practitioner chiropodist-1 --from 2026-12-01T09:00:30 --to 2026-12-02",
            "give whole minutes",
        ),
        ("agenda --day 9999-12-31", "there is no day after"),
        ("agenda --practitioner nobody", "has no practitioner"),
        (
            "timeoff remove T-00000-00000",
            "there is no time off T-00000-00000",
        ),
        ("timeoff remove 7", "an id is like"),
        (
            "why --service nothing --at 2026-12-01T09:00",
            "the clinic has no service",
        ),
        (
            "why --service foot-care --practitioner nobody --at 2026-12-01T09:00",
            "does not offer this service",
        ),
        (
            "calendar add --practitioner nobody",
            "the clinic has no practitioner",
        ),
        ("calendar revoke 12345", "there is no such link"),
    ] {
        let error = operator.refuses(arguments);
        assert!(error.contains(said), "{arguments}: {error}");
    }
    assert_eq!(
        operator.says("timeoff list"),
        "There is no upcoming time off.\n",
        "nothing was added for the one whom the clinic has"
    );
}

#[test]
fn a_closure_is_time_off_for_everyone_and_says_whole_days() {
    let operator = Operator::start();

    let added =
        operator.says("timeoff add --everyone --from 2026-12-24 --to 2026-12-24 --reason Holiday");

    assert_eq!(added.matches("Added T-").count(), 3, "{added}");
    let whole = "is away all day on Thursday, December 24, 2026";
    assert!(added.contains(whole), "{added}");
    let list = operator.says("timeoff list");
    assert_eq!(list.matches("Holiday").count(), 3, "{list}");
    let refused = operator.refuses("timeoff add --from 2026-12-24 --to 2026-12-24");
    assert!(refused.contains("--everyone"), "{refused}");
}
