//! The same promises on every host, over real HTTP and real sockets.
//!
//! A scene is played twice on each host: calmly, and restlessly, where the process is killed and
//! started again after every step. At the end every command, every event and every route must have
//! been met on every host.
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
use tests::Host;

use scene::Scene;

/// A scene: the changes of the settings, and what is played.
type Play = (&'static str, fn(String) -> String, fn(&mut Scene) -> anyhow::Result<()>);
/// A promise of a host that needs no scene.
type Promise = (&'static str, fn(Host) -> anyhow::Result<()>);

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for host in Host::ALL {
        for (name, settings, play) in scenes::ALL {
            for restless in [false, true] {
                let manner = if restless { "restless" } else { "calm" };
                trials.push(Trial::test(format!("{}::{manner}::{name}", host.name()), move || {
                    let mut scene = Scene::set(host, settings, restless)?;
                    Ok(play(&mut scene).map_err(|wrong| scene.explain(&wrong))?)
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
                promise(host).map_err(|wrong| format!("{wrong:#}").into())
            }));
        }
    }
    for (name, promise) in hostile::ALL.iter().chain(&proxies::ALL).chain(&damage::ALL) {
        trials.push(Trial::test(format!("selfhost::{name}"), move || {
            promise(Host::Selfhost).map_err(|wrong| format!("{wrong:#}").into())
        }));
    }
    for (host, name, promise) in sleepers::ALL {
        trials.push(Trial::test(format!("{}::{name}", host.name()), move || {
            promise(host).map_err(|wrong| format!("{wrong:#}").into())
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
