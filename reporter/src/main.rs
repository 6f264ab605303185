// SPDX-License-Identifier: Apache-2.0

//! The reporter daemon: measures service level indicators and submits signed reports. See `README.md`.
//!
//! This file only wires: [`app`] decides, the other modules touch the outside world.

mod app;
mod chain;
mod cli;
mod clock;
mod config;
mod evidence;
mod measure;
mod sources;

use anyhow::{bail, Context as _};
use app::{
    outbox::Outbox,
    ports::{Clock, EvidenceStore, ReportSink},
    report::{AgreementReporter, Context, Gauge},
    run::{once, run, Shutdown},
};
use chain::{Chain, DryRun};
use clap::Parser;
use cli::Cli;
use clock::SystemClock;
use config::Config;
use dsla_client::{Client, Error, Signer};
use evidence::{Directory, Nowhere};
use std::{fs, path::Path, process::ExitCode, sync::Arc};
use tokio::signal::unix::{signal, SignalKind};
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    match start().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dsla-reporter: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn start() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let config = config::load(&cli.config)?;
    let log = cli.log.as_deref().unwrap_or(&config.log);
    let filter = EnvFilter::try_new(log).with_context(|| format!("`{log}` is not a log filter; try `info`"))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();

    let signer = config.signer.signer()?;
    if config.signer.is_development() {
        warn!("signing with a development key that everybody knows; use `suri_file` for anything of value");
    }
    if cli.check {
        println!("{} is fine; reports are signed by {}", cli.config.display(), signer.address());
        return Ok(());
    }

    let (stop, shutdown) = Shutdown::new();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let on_signal = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        info!("stopping");
        let _ = on_signal.send(true);
    });

    let mut given = shutdown.clone();
    let client = tokio::select! {
        client = connect(&config) => client?,
        () = given.given() => return Ok(()),
    };
    let poll = config.poll_interval;
    // Apart by chain and account: on another chain, the same ids are other agreements.
    let genesis = hex::encode(client.genesis_hash());
    let home = config.data_dir.join(&genesis[..16]).join(signer.address());
    info!(node = config.node_url, genesis, reporter = signer.address(), "connected");
    let _lock = if cli.dry_run { None } else { Some(lock(&home)?) };
    let mut reporters = wire(config, &home, cli.dry_run, client, signer)?;
    if cli.once {
        once(&mut reporters).await?;
    } else {
        run(reporters, poll, shutdown, stop).await?;
    }
    Ok(())
}

/// Connects, for as long as it takes.
async fn connect(config: &Config) -> anyhow::Result<Client> {
    loop {
        match Client::connect(&config.node_url).await {
            Ok(client) => return Ok(client),
            Err(error @ Error::Url(_)) => bail!(error),
            Err(error) => warn!(%error, "not connected yet"),
        }
        tokio::time::sleep(config.poll_interval).await;
    }
}

/// Makes sure that no other reporter works in `home`: two could contradict each other.
fn lock(home: &Path) -> anyhow::Result<fs::File> {
    let path = home.join("lock");
    let open = || {
        fs::create_dir_all(home)?;
        fs::File::create(&path)
    };
    let file = open().with_context(|| format!("cannot write to {}", home.display()))?;
    file.try_lock().with_context(|| format!("{} is locked; does another reporter run?", path.display()))?;
    Ok(file)
}

fn wire(
    config: Config,
    home: &Path,
    dry_run: bool,
    client: Client,
    signer: Signer,
) -> anyhow::Result<Vec<AgreementReporter>> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (reporter, account) = (signer.address(), signer.account());
    let genesis = format!("0x{}", hex::encode(client.genesis_hash()));
    let chain = Chain::new(client, signer, clock.clone());
    let (sink, evidence): (Arc<dyn ReportSink>, Arc<dyn EvidenceStore>) = if dry_run {
        (Arc::new(DryRun::new(chain)), Arc::new(Nowhere))
    } else {
        (Arc::new(chain), Arc::new(Directory::open(home.join("evidence"))?))
    };
    let context = Context {
        outbox: Outbox::start(sink.clone(), config.batch),
        sink,
        evidence,
        clock: clock.clone(),
        retry: config.retry,
        reporter,
        account,
        genesis,
        settle: config.settle,
    };

    let http = sources::http_client()?;
    let reporters = config.agreements.into_iter().map(|agreement| {
        let probes = home.join("probes").join(agreement.id.to_string());
        let gauges = agreement.objectives.into_iter().enumerate().map(|(index, objective)| Gauge {
            scale: objective.scale,
            source: objective.source.build(&http, clock.clone(), &probes.join(index.to_string()), !dry_run),
        });
        AgreementReporter::new(context.clone(), agreement.id, gauges.collect())
    });
    Ok(reporters.collect())
}
