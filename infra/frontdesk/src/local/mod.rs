//! `frontdesk local`: the whole front desk on one machine.
//!
//! The functions run as they do in Lambda, from the environment that their binaries would get. Only what they
//! call is different: `DynamoDB` embedded in this program, behind a `door`, and `ses`.

mod address;
mod client;
mod controls;
mod data;
mod door;
mod endpoints;
mod faults;
mod feedback;
mod operation;
mod outbox;
mod pump;
mod schedules;
mod server;
mod ses;
mod tables;

use std::{io::ErrorKind, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Result;
use articles::ArticleDesk;
use axum::{Router, middleware::from_fn};
use booking::BookingDesk;
use contact::ContactDesk;
use dynoxide::Database;
use jiff::Timestamp;
use shared::{
    aws::Aws,
    clock::Clock,
    environment::Environment,
    http::{edge, edge_within},
    link::LinkKeys,
    pages::Site,
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use self::client::ask;
use self::{
    controls::Controls,
    data::DataFolder,
    endpoints::{Endpoints, variables},
    faults::Faults,
    feedback::Feedback,
    outbox::{SentMails, routes::Outboxes},
    schedules::Schedules,
    server::{bind, programs_only, serve},
};
use crate::{
    publish::{Content, bar, previews, publish},
    template::Template,
};

/// How the local program is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the template that names the tables.
    pub infra: PathBuf,
    /// What is published when it opens.
    pub content: Arc<Content>,
    pub data: PathBuf,
    /// The port of the pages and the API on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Whether to delete what the data folder holds.
    pub fresh: bool,
    /// Where to set the clock, if not to the system's time.
    pub now: Option<Timestamp>,
}

/// A front desk that is open. It closes when it is told to, or when this is dropped.
#[derive(Debug)]
pub struct Running {
    url: String,
    previews: Vec<String>,
    stop: watch::Sender<bool>,
    desk: Vec<JoinHandle<()>>,
    close: watch::Sender<bool>,
    far_side: Vec<JoinHandle<()>>,
    _data: DataFolder,
}

/// A request that never ends must not keep the program from ending.
const STOP_WITHIN: Duration = Duration::from_secs(5);
/// How long what falls due may take, as in the template.
const SCHEDULES_WITHIN: Duration = Duration::from_mins(1);

impl Running {
    /// Where the pages and the API are, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The addresses of articles that nobody else sees yet.
    #[must_use]
    pub fn previews(&self) -> &[String] {
        &self.previews
    }

    /// Stops taking requests, lets the current requests and mails finish, and closes the store and SES last.
    pub async fn stop(self) {
        for (signal, tasks) in [(self.stop, self.desk), (self.close, self.far_side)] {
            let _ = signal.send(true);
            for task in tasks {
                let _ = tokio::time::timeout(STOP_WITHIN, task).await;
            }
        }
    }
}

/// Opens the front desk: store, tables, content, functions, mailer.
///
/// # Errors
/// When the data folder is in use, the port is taken, or the template has mistakes; each says what to do.
pub async fn start(options: Options) -> Result<Running> {
    // Everything that can be wrong is found before anything is deleted.
    let template = Template::read(&options.infra)?;
    let clock = Clock::system();
    if let Some(now) = options.now {
        clock.set(now);
    }
    let content = &options.content;
    let data = DataFolder::open(&options.data)?;
    let (site, url) = bind(options.port).map_err(|error| cannot_listen(options.port, error))?;
    if options.fresh {
        data.clear()?;
    }
    let (stop, stopped) = watch::channel(false);
    let (close, closed) = watch::channel(false);
    let far_side = FarSide::open(&data, &template, &clock, &closed)?;
    let variables = variables(&template, &far_side.endpoints, &url, &data.link_keys()?);
    let environment: Environment = variables.clone().into_iter().collect();
    publish_here(content, &environment, clock.now()).await?;
    let keys = LinkKeys::from_environment(&environment)?;
    let previews = previews(&content.edition, &url, &keys, clock.now());
    let schedules = Schedules::open(&environment, &clock).await?;
    let feedback = Feedback::new(&far_side.outbox, &schedules, &clock);
    let outboxes = Outboxes::open(far_side.outbox, &environment)?;
    let mails = outbox::routes::routes(outboxes).merge(feedback::routes(feedback));
    let controls = Controls {
        schedules: schedules.clone(),
        faults: far_side.faults,
        endpoints: far_side.endpoints,
        tables: template.table_names(),
        variables,
        clock: clock.clone(),
    };
    let (functions, pages) = functions(&environment, &clock).await?;
    let routes = edge(functions, pages.clone());
    // To move the clock takes as long as what falls due.
    let controls = controls::routes(controls).merge(mails);
    let controls = edge_within(SCHEDULES_WITHIN, controls, pages);
    let desk = vec![
        serve_site(site, routes.merge(controls), &stopped),
        tokio::spawn(pump::run(far_side.database, schedules, stopped)),
    ];
    Ok(Running {
        url,
        previews,
        stop,
        desk,
        close,
        far_side: far_side.tasks,
        _data: data,
    })
}

/// Publishes the content, and warns of what it strands.
async fn publish_here(content: &Content, environment: &Environment, now: Timestamp) -> Result<()> {
    let client = Aws::from_environment(environment)?.dynamodb();
    let published = publish(content, &client, environment, now, &bar()).await?;
    if let Some(warning) = published.warning(&content.clinic) {
        tracing::warn!("{warning}");
    }
    Ok(())
}

/// Why the program cannot listen on a port, and what to do.
fn cannot_listen(port: u16, error: std::io::Error) -> anyhow::Error {
    let why = match error.kind() {
        ErrorKind::AddrInUse => {
            format!("port {port} is taken: choose another with --port, or --port 0 for a free one")
        }
        ErrorKind::PermissionDenied => {
            format!("this user may not listen on port {port}: choose one from 1024 on with --port")
        }
        _ => format!("127.0.0.1, port {port}, cannot be listened on"),
    };
    anyhow::Error::new(error).context(why)
}

/// What AWS would be: the store and SES.
struct FarSide {
    database: Database,
    faults: Faults,
    outbox: SentMails,
    endpoints: Endpoints,
    tasks: Vec<JoinHandle<()>>,
}

impl FarSide {
    fn open(
        data: &DataFolder,
        template: &Template,
        clock: &Clock,
        closed: &watch::Receiver<bool>,
    ) -> Result<Self> {
        let faults = Faults::default();
        let database = data.database()?;
        tables::create(&database, template)?;
        let store = door::serve(database.clone(), template.keys(), faults.clone(), closed);
        let (dynamodb_url, store) = store?;
        let outbox = SentMails::open(&data.path("outbox"))?;
        let (listener, ses_url) = bind(0)?;
        let ses = ses::routes(outbox.clone(), faults.clone(), clock.clone());
        let ses = ses.layer(from_fn(programs_only));
        let mut tasks = vec![serve(listener, ses, closed)];
        tasks.extend(store);
        Ok(Self {
            database,
            faults,
            outbox,
            endpoints: Endpoints {
                dynamodb: dynamodb_url,
                ses: ses_url,
            },
            tasks,
        })
    }
}

/// The routes of all functions, and the site that their pages belong to.
async fn functions(environment: &Environment, clock: &Clock) -> Result<(Router, Site)> {
    let contact = ContactDesk::open(environment, clock.clone()).await?;
    let booking = BookingDesk::open(environment, clock.clone()).await?;
    let articles = ArticleDesk::open(environment, clock.clone()).await?;
    let site = articles.site();
    let routes = contact::routes(contact)
        .merge(booking::routes(booking))
        .merge(articles::routes(articles));
    Ok((routes, site))
}

fn serve_site(
    listener: TcpListener,
    routes: Router,
    stopped: &watch::Receiver<bool>,
) -> JoinHandle<()> {
    serve(listener, routes.layer(from_fn(address::note)), stopped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_to_listen_are_told_apart() {
        for (kind, words) in [
            (ErrorKind::AddrInUse, "port 80 is taken"),
            (ErrorKind::PermissionDenied, "may not listen on port 80"),
            (ErrorKind::AddrNotAvailable, "cannot be listened on"),
        ] {
            let error = cannot_listen(80, kind.into());
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
