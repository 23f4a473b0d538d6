//! The same promises on every host, over real HTTP and real sockets.
//!
//! A scene is played calmly on each host, and restlessly, where the process is killed and started
//! again after every step: on the binary, and on one of the serverless hosts, which share a module;
//! in a long run on both. At the end every command, every event and every route must have been met
//! on every host.
#![allow(clippy::print_stderr, reason = "a program that says how it went")]

mod client;
mod coverage;
mod damage;
mod doors;
mod hostile;
mod proxies;
mod scene;
mod scenes;
mod sleepers;
mod walls;

use libtest_mimic::{Arguments, Trial};
use tests::{Host, effort::is_long};

use scene::Scene;

/// A scene: the changes of the settings, and what is played.
type Play = (&'static str, fn(String) -> String, fn(&mut Scene) -> anyhow::Result<()>);
/// A promise of a host that needs no scene.
type Promise = (&'static str, fn(Host) -> anyhow::Result<()>);

fn is_played_restlessly(host: Host, scene: usize) -> bool {
    match host {
        Host::Selfhost => true,
        Host::Cloudflare => is_long() || scene.is_multiple_of(2),
        Host::Deno => is_long() || !scene.is_multiple_of(2),
    }
}

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for host in Host::ALL {
        for (n, (name, settings, play)) in scenes::ALL.into_iter().enumerate() {
            for restless in [false, true] {
                if restless && !is_played_restlessly(host, n) {
                    continue;
                }
                let manner = if restless { "restless" } else { "calm" };
                trials.push(Trial::test(format!("{}::{manner}::{name}", host.name()), move || {
                    let mut scene = Scene::set(host, settings, restless)?;
                    Ok(play(&mut scene).map_err(|error| scene.explain(&error))?)
                }));
            }
        }
        for (name, promise) in walls::ALL
            .iter()
            .chain(&doors::ALL)
            .chain(&hostile::ON_EVERY_HOST)
            .chain(&proxies::ON_EVERY_HOST)
            .chain(&damage::ON_EVERY_HOST)
        {
            trials.push(Trial::test(format!("{}::{name}", host.name()), move || {
                promise(host).map_err(|error| format!("{error:#}").into())
            }));
        }
    }
    for (name, promise) in &damage::ON_FILES {
        for host in [Host::Selfhost, Host::Deno] {
            trials.push(Trial::test(format!("{}::{name}", host.name()), move || {
                promise(host).map_err(|error| format!("{error:#}").into())
            }));
        }
    }
    for (name, promise) in hostile::ALL.iter().chain(&proxies::ALL) {
        trials.push(Trial::test(format!("selfhost::{name}"), move || {
            promise(Host::Selfhost).map_err(|error| format!("{error:#}").into())
        }));
    }
    for (host, name, promise) in sleepers::ALL {
        trials.push(Trial::test(format!("{}::{name}", host.name()), move || {
            promise(host).map_err(|error| format!("{error:#}").into())
        }));
    }
    let is_whole = arguments.filter.is_none() && arguments.skip.is_empty() && !arguments.list;
    let conclusion = libtest_mimic::run(&arguments, trials);
    let missing = coverage::missing();
    if is_whole && !missing.is_empty() {
        eprintln!("no case of the conformance suite met:\n{}", missing.join("\n"));
        std::process::exit(1);
    }
    conclusion.exit();
}
