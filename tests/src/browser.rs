//! Chromium and its driver.

use anyhow::{Context, Result, bail};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use thirtyfour::prelude::*;

/// How long a condition may take before the test says that it never came.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A driver process; each window asked of it is a browser of its own, as two people have.
pub struct Browsers {
    driver: Child,
    port: u16,
}

/// How a window looks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub width: u32,
    pub height: u32,
    pub dark: bool,
    /// Whether the browser runs WebAssembly.
    pub wasm: bool,
}

pub const DESKTOP: Look = Look { width: 1280, height: 820, dark: false, wasm: true };
pub const PHONE: Look = Look { width: 390, height: 780, dark: false, wasm: true };

impl Browsers {
    /// A driver on a free port. It looks for one on both address families one after the other and
    /// ends if the second is taken by then, which is nobody's fault: it is started again.
    pub fn start() -> Result<Self> {
        const STARTS: usize = 5;
        let mut said = String::new();
        for _ in 0..STARTS {
            let mut driver = Command::new("chromedriver")
                .arg("--port=0")
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .context("starting chromedriver")?;
            let mut lines =
                BufReader::new(driver.stdout.take().context("chromedriver's output")?).lines();
            while let Some(line) = lines.next().transpose()? {
                if let Some(port) = line
                    .rsplit("on port ")
                    .next()
                    .filter(|_| line.contains("started successfully on port"))
                {
                    let port = port.trim_end_matches('.').parse()?;
                    thread::spawn(move || lines.for_each(drop));
                    return Ok(Self { driver, port });
                }
                said.push_str(&line);
                said.push('\n');
            }
            driver.wait()?;
        }
        bail!("chromedriver ended {STARTS} times before it listened; it said:\n{said}")
    }

    pub async fn window(&self, look: Look) -> Result<WebDriver> {
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--autoplay-policy=no-user-gesture-required",
        ] {
            capabilities.add_arg(argument)?;
        }
        if !look.wasm {
            capabilities.add_arg("--js-flags=--jitless")?;
        }
        if look.dark {
            capabilities.add_arg("--force-dark-mode")?;
            capabilities.add_arg("--blink-settings=preferredColorScheme=0")?;
        }
        capabilities.add_arg(&format!("--window-size={},{}", look.width, look.height))?;
        if look.width < 500 {
            // A window cannot be that narrow: the screen is emulated.
            let metrics = serde_json::json!({
                "deviceMetrics": {
                    "width": look.width, "height": look.height, "pixelRatio": 2.0, "touch": true
                }
            });
            capabilities.add_experimental_option("mobileEmulation", metrics)?;
        }
        Ok(WebDriver::new(format!("http://127.0.0.1:{}", self.port), capabilities).await?)
    }
}

impl Drop for Browsers {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Waits until a script, run in the current frame, gives something true.
pub async fn until(driver: &WebDriver, what: &str, script: &str) -> Result<()> {
    let start = Instant::now();
    loop {
        // A page that is just being left has no context for a script.
        if let Ok(value) = driver.execute(script, Vec::new()).await
            && value.json().as_bool() == Some(true)
        {
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            let text = driver
                .execute("return document.body ? document.body.innerText : ''", Vec::new())
                .await;
            let text = text
                .map(|text| text.json().as_str().unwrap_or_default().to_owned())
                .unwrap_or_default();
            bail!("never came: {what}\nthe page says:\n{text}");
        }
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
}

/// A JavaScript string literal.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string is JSON")
}

/// Violations that axe finds in the current frame, one a line.
pub async fn axe(driver: &WebDriver) -> Result<Vec<String>> {
    let source = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../target/tools/node_modules/axe-core/axe.min.js"
    ))
    .context("axe-core")?;
    driver.execute(source, Vec::new()).await?;
    let script = "const done = arguments[arguments.length - 1];
        // What is still fading in has no contrast yet.
        Promise.all(document.getAnimations().map(a => a.finished)).then(() => axe.run(document, { \
                  resultTypes: ['violations'] })).then(
            r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + \
                  (n.any[0]?.message ?? '')).join(' | '))), e => done(['axe: ' + e]));";
    let found = driver.execute_async(script, Vec::new()).await?;
    Ok(serde_json::from_value(found.json().clone())?)
}
