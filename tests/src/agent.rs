//! An agent at the console, with hands and eyes.

use anyhow::{Context, Result};
use thirtyfour::prelude::*;

use crate::browser::{Browsers, DESKTOP, Look, quoted, until};

pub struct Agent {
    pub driver: WebDriver,
}

impl Agent {
    pub async fn signs_in(browsers: &Browsers, link: &str) -> Result<Self> {
        Self::signs_in_with(browsers, link, DESKTOP).await
    }

    pub async fn signs_in_with(browsers: &Browsers, link: &str, look: Look) -> Result<Self> {
        let agent = Self { driver: browsers.window(look).await? };
        agent.driver.goto(link).await?;
        agent.reads("My conversations").await?;
        Ok(agent)
    }

    /// At a console that is open already, by a link pasted into its tab: nothing but what stands
    /// behind `#` changes.
    pub async fn signs_in_at_an_open_console(browsers: &Browsers, link: &str) -> Result<Self> {
        let agent = Self { driver: browsers.window(DESKTOP).await? };
        let (page, secret) = link.trim().split_once('#').context("a link")?;
        agent.driver.goto(page).await?;
        agent.reads("You are not signed in").await?;
        agent.driver.execute(format!("location.hash = {}", quoted(secret)), Vec::new()).await?;
        agent.reads("My conversations").await?;
        Ok(agent)
    }

    /// Runs a script in every page of this tab before the page's own.
    pub async fn runs_first(&self, script: &str) -> Result<()> {
        self.driver
            .cdp()
            .send_raw(
                "Page.addScriptToEvaluateOnNewDocument",
                serde_json::json!({ "source": script }),
            )
            .await?;
        Ok(())
    }

    /// Puts the tab behind another, or to the front.
    pub async fn turns(&self, state: &str) -> Result<()> {
        let script = format!(
            "Object.defineProperty(document, 'visibilityState', {{ configurable: true, get: () => \
             {} }});
             document.dispatchEvent(new Event('visibilitychange'))",
            quoted(state)
        );
        self.driver.execute(script, Vec::new()).await?;
        Ok(())
    }

    /// Presses the row of a conversation, by the name on it.
    pub async fn turns_to(&self, name: &str) -> Result<()> {
        let find = format!(
            "return [...document.querySelectorAll('#work .row')].find(e => \
             e.querySelector('strong').textContent === {})",
            quoted(name)
        );
        until(&self.driver, name, &format!("{find} !== undefined")).await?;
        self.driver.execute(find, Vec::new()).await?.element()?.click().await?;
        until(
            &self.driver,
            name,
            &format!(
                "return document.querySelector('.chat h2')?.textContent.startsWith({})",
                quoted(name)
            ),
        )
        .await
    }

    /// Waits until these words, and no others, stand in a field.
    pub async fn has_written(&self, field: &str, words: &str) -> Result<()> {
        until(
            &self.driver,
            field,
            &format!(
                "return document.getElementById({})?.value === {}",
                quoted(field),
                quoted(words)
            ),
        )
        .await
    }

    /// Waits until the tab's title begins so.
    pub async fn reads_in_title(&self, start: &str) -> Result<()> {
        until(&self.driver, start, &format!("return document.title.startsWith({})", quoted(start)))
            .await
    }

    /// Waits until these words stand somewhere on the page.
    pub async fn reads(&self, text: &str) -> Result<()> {
        until(
            &self.driver,
            text,
            &format!("return document.body.innerText.includes({})", quoted(text)),
        )
        .await
    }

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

    /// Presses what a selector finds, once it is there.
    pub async fn presses(&self, selector: &str) -> Result<()> {
        until(
            &self.driver,
            selector,
            &format!(
                "const e = document.querySelector({}); return !!e && !e.disabled",
                quoted(selector)
            ),
        )
        .await?;
        self.driver
            .find(By::Css(selector))
            .await
            .with_context(|| selector.to_owned())?
            .click()
            .await?;
        Ok(())
    }

    pub async fn accepts(&self) -> Result<()> {
        self.presses(".accept").await
    }

    pub async fn accepts_and_connects(&self) -> Result<()> {
        self.accepts().await?;
        self.presses("#connect").await?;
        until(
            &self.driver,
            "the composer",
            "const e = document.querySelector('#answer'); return !!e && !e.disabled",
        )
        .await
    }

    pub async fn says(&self, text: &str) -> Result<()> {
        let input = self.driver.find(By::Id("answer")).await?;
        input.send_keys(text).await?;
        input.send_keys("\u{e007}").await?;
        self.reads(text).await
    }

    pub async fn resolves(&self, reason: &str) -> Result<()> {
        self.presses("#resolve").await?;
        until(&self.driver, "the reason", "return !!document.querySelector('#reason')").await?;
        self.driver.find(By::Id("reason")).await?.send_keys(reason).await?;
        self.presses("#close").await
    }

    /// How many messages say exactly this.
    pub async fn messages_saying(&self, text: &str) -> Result<u64> {
        let script = format!(
            "return [...document.querySelectorAll('.chat .words')].filter(e => e.textContent === \
             {}).length",
            quoted(text)
        );
        Ok(self.driver.execute(script, Vec::new()).await?.json().as_u64().unwrap_or(0))
    }

    pub async fn leaves(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }
}
