//! `frontdesk local`: the whole front desk on one machine.
//!
//! The functions run as they do in Lambda, from the environment that their binaries would get; only
//! what they talk to is different: `DynamoDB` embedded in this program behind `dynamodb`, and `ses`.

mod address;
mod client;
mod controls;
mod data;
mod dynamodb;
mod faults;
mod outbox;
mod pump;
mod ses;
mod site;
mod tables;

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result};
use articles::ArticleDesk;
use axum::middleware::from_fn;
use booking::BookingDesk;
use contact::{ContactDesk, Digest};
use jiff::Timestamp;
use mailer::Mailer;
use shared::{aws::Aws, clock::Clock, environment::Environment, http::edge};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::{Mutex, watch},
    task::JoinHandle,
};

pub use self::client::ask;
use self::{controls::Controls, data::DataFolder, faults::Faults, outbox::Outbox};
use crate::{
    publish::{Content, publish},
    template::Template,
};

/// How the local program is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder with template.yaml, clinic.toml, content and site.
    pub infra: PathBuf,
    /// Where the data lives.
    pub data: PathBuf,
    /// The port of the site and the API on 127.0.0.1; 0 takes a free one.
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
    stop: watch::Sender<bool>,
    desk: Vec<JoinHandle<()>>,
    close: watch::Sender<bool>,
    far_side: Vec<JoinHandle<()>>,
    _data: DataFolder,
}

/// A request that never ends must not keep the program from ending.
const STOP_WITHIN: Duration = Duration::from_secs(5);

impl Running {
    /// Where the site and the API are, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops taking requests, lets those and the mail under way end, and closes store and SES last.
    pub async fn stop(self) {
        for (signal, tasks) in [(self.stop, self.desk), (self.close, self.far_side)] {
            let _ = signal.send(true);
            for task in tasks {
                let _ = tokio::time::timeout(STOP_WITHIN, task).await;
            }
        }
    }
}

/// Opens the front desk: store, tables, content, functions, mailer, site.
///
/// # Errors
/// When the data folder is in use, the port is taken, or the template, the clinic or the content has
/// mistakes; each says what to do.
pub async fn start(options: Options) -> Result<Running> {
    // Whatever can be wrong is found before anything is deleted.
    let template = Template::read(&options.infra)?;
    let clock = Clock::system();
    if let Some(now) = options.now {
        clock.set(now);
    }
    let content = Content::load(&options.infra, clock.now())?;
    let data = DataFolder::open(&options.data)?;
    let (site, url) = bind(options.port).with_context(|| {
        format!(
            "port {} is taken: choose another with --port, or --port 0 for a free one",
            options.port
        )
    })?;
    if options.fresh {
        data.clear()?;
    }
    let (stop, stopped) = watch::channel(false);
    let (close, closed) = watch::channel(false);
    let faults = Faults::default();
    let mut far_side = Vec::new();

    let database = data.database()?;
    tables::create(&database, &template)?;
    let (dynamodb_url, dynamodb_tasks) =
        dynamodb::serve(database.clone(), faults.clone(), &closed)?;
    let outbox = Outbox::open(&data.path("outbox"))?;
    let (ses_listener, ses_url) = bind(0)?;
    let ses = ses::routes(outbox.clone(), faults.clone(), clock.clone());
    far_side.push(serve(ses_listener, ses, &closed));

    let endpoints = Endpoints {
        dynamodb: dynamodb_url,
        ses: ses_url,
    };
    let variables = variables(&template, &endpoints, &url, &data.link_keys()?);
    let environment: Environment = variables.clone().into_iter().collect();
    let client = Aws::from_environment(&environment)?.dynamodb();
    publish(&content, &client, &environment, clock.now()).await?;

    // One at a time: a clock that is moved must not overtake a mail on its way.
    let mailer = Arc::new(Mutex::new(Mailer::open(&environment, clock.clone()).await?));
    let functions = contact::routes(ContactDesk::open(&environment, clock.clone()).await?)
        .merge(booking::routes(
            BookingDesk::open(&environment, clock.clone()).await?,
        ))
        .merge(articles::routes(
            ArticleDesk::open(&environment, clock.clone()).await?,
        ));
    let digest = Digest::open(&environment, clock.clone()).await?;
    let controls = Controls {
        clock,
        digest: digest.clone(),
        faults,
        mailer: Arc::clone(&mailer),
        outbox,
        endpoints,
        variables,
    };
    let routes = functions.merge(controls::routes(controls));
    let desk = vec![
        serve(
            site,
            edge(site::beside(routes, &options.infra)).layer(from_fn(address::note)),
            &stopped,
        ),
        tokio::spawn(pump::run(database, mailer, digest, stopped)),
    ];
    far_side.extend(dynamodb_tasks);
    Ok(Running {
        url,
        stop,
        desk,
        close,
        far_side,
        _data: data,
    })
}

/// Where the functions find what AWS would be.
#[derive(Clone, Debug)]
struct Endpoints {
    dynamodb: String,
    ses: String,
}

/// All that a function's binary needs: what the template gives it, and what Lambda would.
fn variables(
    template: &Template,
    endpoints: &Endpoints,
    url: &str,
    link_keys: &str,
) -> BTreeMap<String, String> {
    let mut variables = template.environment();
    let own = [
        ("API_URL", url),
        ("LINK_KEYS", link_keys),
        ("METRICS_NAMESPACE", "frontdesk/local"),
        ("SES_CONFIGURATION_SET", "local"),
        ("AWS_REGION", "ca-central-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", &endpoints.dynamodb),
        ("AWS_ENDPOINT_URL_SESV2", &endpoints.ses),
    ];
    variables.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
    variables
}

fn bind(port: u16) -> std::io::Result<(TcpListener, String)> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    // Accepted connections inherit it on Linux; without it an answer of two packets waits 40 ms for an
    // acknowledgement.
    socket.set_nodelay(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    let listener = socket.listen(1024)?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

fn serve(
    listener: TcpListener,
    routes: axum::Router,
    stopped: &watch::Receiver<bool>,
) -> JoinHandle<()> {
    let stopped = until(stopped.clone());
    tokio::spawn(async move {
        let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
        if let Err(error) = axum::serve(listener, routes)
            .with_graceful_shutdown(stopped)
            .await
        {
            tracing::error!(%error, "a server of the local program stopped");
        }
    })
}

/// Ends when the program is told to stop, or was dropped.
async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
