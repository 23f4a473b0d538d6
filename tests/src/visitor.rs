//! A visitor on the shop, with hands and eyes.

use anyhow::{Context, Result};
use thirtyfour::prelude::*;

use crate::{
    browser::{Browsers, DESKTOP, Look, quoted, until},
    stage::Stage,
};

const HOST: &str = "const host = document.querySelector('baton-chat');";

pub struct Visitor {
    pub driver: WebDriver,
    shop: String,
}

impl Visitor {
    /// On the shop's first page.
    pub async fn arrives(browsers: &Browsers, stage: &Stage) -> Result<Self> {
        Self::arrives_with(browsers, stage, DESKTOP).await
    }

    pub async fn arrives_with(browsers: &Browsers, stage: &Stage, look: Look) -> Result<Self> {
        let visitor = Self { driver: browsers.window(look).await?, shop: stage.shop.clone() };
        visitor.goes_to("/").await?;
        Ok(visitor)
    }

    /// Whoever sits at a window that shows some page of an origin.
    pub fn at(driver: WebDriver, origin: &str) -> Self {
        Self { driver, shop: origin.to_owned() }
    }

    pub async fn goes_to(&self, path: &str) -> Result<()> {
        self.driver.goto(format!("{}{path}", self.shop)).await?;
        self.sees_launcher().await
    }

    pub async fn sees_launcher(&self) -> Result<()> {
        self.driver.enter_default_frame().await?;
        until(
            &self.driver,
            "the launcher",
            &format!("{HOST} return !!host?.shadowRoot.querySelector('#h')"),
        )
        .await
    }

    /// Whether the panel covers the page now.
    pub async fn sees_panel(&self) -> Result<bool> {
        self.driver.enter_default_frame().await?;
        let open = self
            .driver
            .execute(format!("{HOST} return !!host?.hasAttribute('open')"), Vec::new())
            .await?;
        Ok(open.json().as_bool() == Some(true))
    }

    /// `h` is the button, `c` the launcher.
    pub async fn presses_on_page(&self, id: &str) -> Result<()> {
        self.presses_on_page_without_wasm(id).await?;
        until(
            &self.driver,
            "the widget",
            "return document.documentElement.hasAttribute('data-ready')",
        )
        .await
    }

    /// The same where no Wasm will run.
    pub async fn presses_on_page_without_wasm(&self, id: &str) -> Result<()> {
        self.driver.enter_default_frame().await?;
        let button = self
            .driver
            .execute(format!("{HOST} return host.shadowRoot.querySelector('#{id}')"), Vec::new())
            .await?;
        button.element()?.click().await?;
        self.enters_frame().await
    }

    pub async fn opens_chat(&self) -> Result<()> {
        self.presses_on_page("c").await
    }

    pub async fn presses_talk_to_human(&self) -> Result<()> {
        self.presses_on_page("h").await
    }

    /// Into the frame, once its Wasm runs.
    pub async fn looks_into_panel(&self) -> Result<()> {
        self.enters_frame().await?;
        until(
            &self.driver,
            "the widget",
            "return document.documentElement.hasAttribute('data-ready')",
        )
        .await
    }

    async fn enters_frame(&self) -> Result<()> {
        self.driver.enter_default_frame().await?;
        until(
            &self.driver,
            "the open panel",
            &format!("{HOST} return !!host?.hasAttribute('open')"),
        )
        .await?;
        let frame = self
            .driver
            .execute(format!("{HOST} return host.shadowRoot.querySelector('iframe')"), Vec::new())
            .await?;
        frame.element()?.enter_frame().await?;
        until(&self.driver, "the document", "return !!document.getElementById('input')").await
    }

    pub async fn says(&self, text: &str) -> Result<()> {
        let input = self.driver.find(By::Id("input")).await?;
        input.send_keys(text).await?;
        input.send_keys("\u{e007}").await?;
        self.reads(text).await
    }

    /// Presses a reply or a choice by the start of its label.
    pub async fn presses(&self, label: &str) -> Result<()> {
        let script = format!(
            "return [...document.querySelectorAll('#replies button')].find(b => \
             b.textContent.startsWith({}))",
            quoted(label)
        );
        until(&self.driver, label, &format!("{} !== undefined", script)).await?;
        let button = self
            .driver
            .execute(script, Vec::new())
            .await?
            .element()
            .with_context(|| format!("the reply {label}"))?;
        button.click().await?;
        Ok(())
    }

    /// Waits until these words stand somewhere in the panel.
    pub async fn reads(&self, text: &str) -> Result<()> {
        until(
            &self.driver,
            text,
            &format!("return document.body.innerText.includes({})", quoted(text)),
        )
        .await
    }

    /// Whether the words stand there now.
    pub async fn has_read(&self, text: &str) -> Result<bool> {
        let found = self
            .driver
            .execute(
                format!("return document.body.innerText.includes({})", quoted(text)),
                Vec::new(),
            )
            .await?;
        Ok(found.json().as_bool() == Some(true))
    }

    /// How many lines say exactly this.
    pub async fn lines_saying(&self, text: &str) -> Result<u64> {
        let script = format!(
            "return [...document.querySelectorAll('#log .words')].filter(e => e.textContent === \
             {}).length",
            quoted(text)
        );
        Ok(self.driver.execute(script, Vec::new()).await?.json().as_u64().unwrap_or(0))
    }

    /// Through the button, with the required fields.
    pub async fn asks_for_a_person(&self, name: &str, category: &str) -> Result<()> {
        self.presses_talk_to_human().await?;
        self.gives_name_and_category(name, category).await
    }

    /// What it is about is asked first, unless it was said.
    pub async fn gives_name_and_category(&self, name: &str, category: &str) -> Result<()> {
        self.fills_in(name, category).await?;
        self.reads("Your request is with our team").await
    }

    /// The same, whatever comes of it.
    pub async fn fills_in(&self, name: &str, category: &str) -> Result<()> {
        if !category.is_empty() {
            self.reads("What is it about?").await?;
            self.presses(category).await?;
        }
        self.reads("What is your name?").await?;
        self.says(name).await
    }

    /// How often this frame has asked the desk by request.
    pub async fn requests(&self) -> Result<u64> {
        let script = "return performance.getEntriesByType('resource').filter(e => \
                      e.name.endsWith('/frames')).length";
        Ok(self.driver.execute(script, Vec::new()).await?.json().as_u64().unwrap_or(0))
    }

    /// Hides the panel, as Escape does.
    pub async fn hides_chat(&self) -> Result<()> {
        self.driver.find(By::Id("input")).await?.send_keys("\u{e00c}").await?;
        self.driver.enter_default_frame().await?;
        until(
            &self.driver,
            "the hidden panel",
            &format!("{HOST} return !host.hasAttribute('open')"),
        )
        .await
    }

    /// A second tab of the same browser on the shop, and its window; the driver stands in the
    /// first.
    pub async fn opens_second_tab(&self) -> Result<WindowHandle> {
        let first = self.driver.window().await?;
        let second = self.driver.new_tab().await?;
        self.driver.switch_to_window(second.clone()).await?;
        self.goes_to("/").await?;
        let idle = "return performance.getEntriesByType('resource').some(e => \
                    e.name.includes('/v1/frame/'))";
        until(&self.driver, "the idle frame", idle).await?;
        self.driver.switch_to_window(first).await?;
        Ok(second)
    }

    /// What a promise is about, where nothing was said before.
    pub async fn tells_what_it_is_about(&self, words: &str) -> Result<()> {
        self.reads("A sentence or two").await?;
        self.says(words).await
    }

    /// What the page's own console says at level SEVERE.
    pub async fn errors_in_console(&self) -> Result<Vec<String>> {
        self.driver.enter_default_frame().await?;
        let script = "return window.batonErrors || []";
        Ok(serde_json::from_value(self.driver.execute(script, Vec::new()).await?.json().clone())?)
    }

    pub async fn leaves(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }
}
