//! The whole way, in real browsers.

mod desk_work;
mod fallbacks;
mod german_console;
mod languages;
mod page;
mod reading;
mod restored;
mod strangers;
mod whole_way;

/// One test: a stage, a driver, and what happens.
macro_rules! play {
    ($(#[$doc:meta])* $name:ident, |$stage:ident, $browsers:ident| $body:block) => {
        $(#[$doc])*
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() -> anyhow::Result<()> {
            #[allow(unused_mut)]
            let mut $stage = tests::Stage::new()?;
            let $browsers = tests::Browsers::start()?;
            $body
            Ok(())
        }
    };
}
pub(crate) use play;
