//! The tag on pages that Baton did not make.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tests::{
    Agent, Browsers, Stage, Visitor,
    browser::{DESKTOP, PHONE, until},
    settings,
    strangers::{NEVER, Page, Strangers},
};
use thirtyfour::WebDriver;

/// A stage whose site may be embedded by a stranger's pages too; the pages are made of the tag's
/// address.
fn on(pages: impl FnOnce(&str) -> Vec<Page>) -> Result<(Stage, Strangers)> {
    let strangers = Strangers::new()?;
    let origin = strangers.origin.clone();
    let stage = Stage::with(|settings| settings::origin(&settings, &origin))?;
    strangers.lay_out(pages(&format!("{}/v1/baton.js", stage.edge)));
    Ok((stage, strangers))
}

async fn sees_launcher(driver: &WebDriver) -> Result<()> {
    until(
        driver,
        "the launcher",
        "return !!document.querySelector('baton-chat')?.shadowRoot.querySelector('#h')",
    )
    .await
}

async fn ask(driver: &WebDriver, script: &str) -> Result<Value> {
    Ok(driver.execute(script, Vec::new()).await?.json().clone())
}

/// The first error of the page's console in Baton's name.
async fn told(driver: &WebDriver, what: &str) -> Result<String> {
    until(driver, what, "return window.batonErrors.some(e => e.startsWith('Baton: '))").await?;
    Ok(ask(driver, "return window.batonErrors.filter(e => e.startsWith('Baton: ')).join('\\n')")
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_of_the_page_can_neither_style_nor_hide_nor_move_the_chat() -> Result<()> {
    const RULES: [(&str, &str); 6] = [
        (
            "/reset",
            "*{all:unset} div{position:relative;display:none!important} \
             div:empty,:empty{display:none} body>*,html>div{opacity:0}",
        ),
        (
            "/important",
            "*{position:static!important;display:inline!important;opacity:.2!important;visibility:\
             hidden!important;pointer-events:none!important;margin:99px!important;filter:\
             blur(9px)!important}",
        ),
        (
            "/moved",
            "*{transform:translate(-300px,-300px) scale(.3)} html{overflow:hidden} @layer \
             a{html>*{inset:0!important;z-index:-1!important}}",
        ),
        ("/zoomed", "html{zoom:1.5}"),
        ("/contained", "*{contain:strict;content-visibility:auto;zoom:1.2}"),
        ("/banner", "p{position:fixed;inset:0;z-index:2147483647;background:#ffd}"),
    ];
    let (_stage, strangers) = on(|tag| {
        let page = |(path, rules): (&'static str, &str)| {
            Page::document(
                path,
                format!("<style>{rules}</style><script async src={tag} data-site=shop></script>"),
            )
        };
        RULES.into_iter().map(page).collect()
    })?;
    let browsers = Browsers::start()?;
    let driver = browsers.window(DESKTOP).await?;
    for (path, rules) in RULES {
        driver.goto(format!("{}{path}", strangers.origin)).await?;
        sees_launcher(&driver).await?;
        let script = "const host = document.querySelector('baton-chat'), of = (id) => \
                      host.shadowRoot.querySelector(id);
            const seen = (element) => {
                const { left, top, width, height, right, bottom } = \
                      element.getBoundingClientRect();
                const isOnTop = document.elementFromPoint(left + width / 2, top + height / 2) === \
                      host;
                return isOnTop && host.checkVisibility({ checkOpacity: true, checkVisibilityCSS: \
                      true }) ? [Math.round(innerWidth - right), Math.round(innerHeight - \
                      bottom), Math.round(height)] : 'hidden';
            };
            const closed = [seen(of('#h'))[1], seen(of('#c'))];
            Baton.open();
            const open = [seen(of('iframe')), \
                      Math.round(of('iframe').getBoundingClientRect().width)];
            return [closed, open, getComputedStyle(host).filter];";
        let seen = ask(&driver, script).await?;
        let height = ask(&driver, "return Math.min(640, innerHeight - 32)").await?;
        assert_eq!(
            seen,
            json!([[16, [16, 16, 48]], [[16, 16, height], 390], "none"]),
            "{path}: {rules}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_chat_is_there_once_however_the_tag_is_written_and_stays_when_the_page_is_replaced()
-> Result<()> {
    let (_stage, strangers) = on(|tag| {
        let looks = "data-accent='#fd0' data-corner=top-left data-x=40 data-y=60 data-launcher=Ask";
        let faq = r#"[{"question":"Do you ship to Peru?","answer":"Yes, we ship to Peru.",
                       "source":{"title":"Shipping","url":"help/peru"}},
                      {"question":"no answer here"}]"#;
        vec![
            Page::document("/address", format!("<script async src='{tag}?site=shop'></script>")),
            Page::document(
                "/variable",
                format!(
                    "<script>BatonSettings = {{ site: 'shop' }}</script><script type=module \
                     src={tag}></script>"
                ),
            ),
            Page::document(
                "/inserted",
                format!(
                    "<script>{{ const s = document.createElement('script'); s.src = \
                     '{tag}?site=shop'; document.head.append(s); s.remove() }}</script>"
                ),
            ),
            Page::document("/nothing", format!("<script src={tag}></script>")),
            Page::document("/looks", format!("<script src={tag} data-site=shop {looks}></script>")),
            Page::document(
                "/badlooks",
                format!(
                    "<script src={tag} data-site=shop data-accent=red data-corner=middle \
                     data-x=-5></script>"
                ),
            ),
            Page::document(
                "/base",
                format!(
                    "<base href=/elsewhere/><script src={tag} data-site=shop \
                     data-faq=/faq.json></script>"
                ),
            ),
            Page { path: "/faq.json", headers: String::new(), body: faq.to_owned() },
            Page::document(
                "/noanswers",
                format!("<script src={tag} data-site=shop data-faq=/gone.json></script>"),
            ),
            Page::document(
                "/thrice",
                format!("<script src={tag} data-site=shop></script>").repeat(3),
            ),
        ]
    })?;
    let browsers = Browsers::start()?;
    let driver = browsers.window(DESKTOP).await?;
    let goes_to = async |path: &str| driver.goto(format!("{}{path}", strangers.origin)).await;
    for path in ["/address", "/variable", "/inserted"] {
        goes_to(path).await?;
        sees_launcher(&driver).await.context(path)?;
    }
    goes_to("/nothing").await?;
    let told_key = told(&driver, "that the key is missing").await?;
    assert!(told_key.contains("the tag needs data-site, its address ?site="), "{told_key}");

    goes_to("/looks").await?;
    sees_launcher(&driver).await?;
    let script = "const c = document.querySelector('baton-chat').shadowRoot.querySelector('#c'), \
                  r = c.getBoundingClientRect(), style = getComputedStyle(c);
        return [c.innerText.trim(), style.backgroundColor, style.color, Math.round(r.top), \
                  c.previousSibling.getBoundingClientRect().left]";
    assert_eq!(
        ask(&driver, script).await?,
        json!(["Ask", "rgb(255, 221, 0)", "rgb(0, 0, 0)", 60, 40])
    );
    goes_to("/badlooks").await?;
    sees_launcher(&driver).await?;
    let mistakes = told(&driver, "what is wrong").await?;
    for name in ["accent \"red\"", "corner \"middle\"", "x \"-5\""] {
        assert!(mistakes.contains(name), "{mistakes}");
    }

    goes_to("/base").await?;
    let visitor = Visitor::at(driver.clone(), &strangers.origin);
    visitor.opens_chat().await?;
    visitor.reads("Ask me anything").await?;
    visitor.says("do you ship to Peru").await?;
    visitor.reads("Yes, we ship to Peru").await?;
    let link = ask(&driver, "return document.querySelector('a.source').href").await?;
    assert_eq!(
        link,
        json!(format!("{}/help/peru", strangers.origin)),
        "against the file's address"
    );
    driver.enter_default_frame().await?;
    let mistakes = told(&driver, "the bad entry").await?;
    assert!(mistakes.contains("entry 2") && mistakes.contains("answer"), "{mistakes}");

    goes_to("/thrice").await?;
    visitor.sees_launcher().await?;
    // What was said under another address of the origin goes on here, and the tag comes a fourth
    // time while the body goes.
    visitor.looks_into_panel().await?;
    visitor.reads("Yes, we ship to Peru").await?;
    driver.enter_default_frame().await?;
    let again = "const tag = document.createElement('script'); tag.src = document.scripts[1].src; \
                 tag.dataset.site = 'shop';
        document.head.append(tag); document.body.replaceWith(document.createElement('body')); \
                 dispatchEvent(new Event('baton'));";
    ask(&driver, again).await?;
    visitor.looks_into_panel().await?;
    visitor.says("and to Chile?").await?;
    driver.enter_default_frame().await?;
    ask(&driver, "Baton.open()").await?;
    let count = "const all = [...document.querySelectorAll('baton-chat')]; return [all.length, \
                 all[0].shadowRoot.querySelectorAll('iframe,#c').length]";
    assert_eq!(ask(&driver, count).await?, json!([1, 2]));
    // The whole document is replaced.
    ask(&driver, "document.documentElement.replaceWith(document.createElement('html'))").await?;
    visitor.looks_into_panel().await?;
    visitor.reads("and to Chile?").await?;

    goes_to("/noanswers").await?;
    visitor.looks_into_panel().await?;
    visitor.says("hello?").await?;
    driver.enter_default_frame().await?;
    let mistakes = told(&driver, "that the answers are not there").await?;
    assert!(mistakes.contains("/gone.json") && mistakes.contains("404"), "{mistakes}");
    Ok(driver.quit().await?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_never_come_and_a_page_without_forms_silence_nobody() -> Result<()> {
    let (_stage, strangers) = on(|tag| {
        let tag =
            |faq: &str| format!("<script async src={tag} data-site=shop data-faq={faq}></script>");
        vec![
            Page::document("/slow", tag(NEVER)),
            Page::document("/sandbox", tag("/gone.json"))
                .with("content-security-policy: sandbox allow-scripts allow-same-origin"),
        ]
    })?;
    let browsers = Browsers::start()?;
    let driver = browsers.window(DESKTOP).await?;
    driver.goto(format!("{}/slow", strangers.origin)).await?;
    let visitor = Visitor::at(driver.clone(), &strangers.origin);
    visitor.sees_launcher().await?;
    visitor.opens_chat().await?;
    visitor.reads("A person is one click away").await?;
    visitor.says("do you ship to Peru").await?;
    visitor.reads("Shall I bring in a person?").await?;
    driver.enter_default_frame().await?;
    let mistakes = told(&driver, "that the answers never came").await?;
    assert!(mistakes.contains(&format!("{}{NEVER} gave no answer in time", strangers.origin)));

    // What the policy forbids is a form; the chat has none.
    driver.goto(format!("{}/sandbox", strangers.origin)).await?;
    visitor.looks_into_panel().await?;
    driver.find(thirtyfour::By::Id("input")).await?.send_keys("and to Chile").await?;
    driver.find(thirtyfour::By::Id("send")).await?.click().await?;
    visitor.reads("and to Chile").await?;
    Ok(driver.quit().await?)
}

/// Holds back what the frame says until it is let go.
const HOLD: &str = "<script>window.held = []; addEventListener('message', (event) => {
    if (!held) return;
    held.push(event);
    event.stopImmediatePropagation();
});
const letGo = () => { const all = held; held = undefined; all.forEach(({ data, origin, source }) \
                    => dispatchEvent(new MessageEvent('message', { data, origin, source }))); };
</script>";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_launcher_is_there_before_the_frame_and_what_is_pressed_then_is_done() -> Result<()> {
    let (stage, strangers) = on(|tag| {
        let tag = format!("<script async src={tag} data-site=shop></script>");
        vec![
            Page::document("/held", format!("{HOLD}{tag}")),
            Page::document("/silent", format!("{HOLD}{tag}")).with("referrer-policy: no-referrer"),
            Page::document("/inner", tag),
            Page::document("/outer", "<iframe src=/inner></iframe>"),
        ]
    })?;
    let browsers = Browsers::start()?;
    let driver = browsers.window(DESKTOP).await?;
    driver.goto(format!("{}/held", strangers.origin)).await?;
    sees_launcher(&driver).await?;
    let pressed = "const host = document.querySelector('baton-chat'), launcher = \
                   host.shadowRoot.querySelector('#c');
        launcher.click();
        const before = [launcher.ariaLabel, held === undefined, host.hasAttribute('open')];
        letGo();
        return before;";
    assert_eq!(ask(&driver, pressed).await?, json!(["Chat ", false, false]));
    let visitor = Visitor::at(driver.clone(), &strangers.origin);
    visitor.looks_into_panel().await?;
    visitor.reads("A person is one click away").await?;

    // Of a frame that never speaks the owner hears, and nothing stays.
    driver.goto(format!("{}/held", strangers.origin)).await?;
    sees_launcher(&driver).await?;
    let mistakes = told(&driver, "that the frame does not speak").await?;
    assert!(mistakes.contains("the browser blocks it"), "{mistakes}");
    assert_eq!(ask(&driver, "return !document.querySelector('baton-chat')").await?, json!(true));

    // A page that does not say where it is waits for the frame.
    driver.goto(format!("{}/silent", strangers.origin)).await?;
    until(&driver, "the frame", "return held.length > 0").await?;
    let painted =
        "return !!document.querySelector('baton-chat').shadowRoot.querySelector('button')";
    assert_eq!(ask(&driver, painted).await?, json!(false));
    ask(&driver, "letGo()").await?;
    sees_launcher(&driver).await?;

    // A page within a stranger's page may not embed it, wherever it comes from.
    driver.goto(format!("{}/outer", strangers.origin.replace("localhost", "127.0.0.1"))).await?;
    let inner = driver.find(thirtyfour::By::Tag("iframe")).await?;
    let source = format!("arguments[0].src = '{}/inner'", strangers.origin);
    driver.execute(source, vec![inner.to_json()?]).await?;
    inner.enter_frame().await?;
    until(
        &driver,
        "the page within",
        &format!("return location.origin === '{}'", strangers.origin),
    )
    .await?;
    ask(&driver, SEES_BUTTONS).await?;
    let mistakes = told(&driver, "that a page around is a stranger's").await?;
    assert!(mistakes.contains("the browser blocks it"), "{mistakes}");
    assert_eq!(ask(&driver, "return seen").await?, json!(false));
    drop(stage);
    Ok(driver.quit().await?)
}

/// Whoever may be looking at the page looks at it by this.
const SEES_BUTTONS: &str = "window.seen = false;
    const look = () => { seen ||= \
                            !!document.querySelector('baton-chat')?.shadowRoot.querySelector('\
                            button'); requestAnimationFrame(look); };
    look();";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_chat_cannot_be_shown_the_owner_reads_why_and_the_visitor_sees_nothing()
-> Result<()> {
    let (stage, strangers) = on(|tag| {
        let document = |path, site: &str| {
            Page::document(path, format!("<script async src={tag} data-site={site}></script>"))
        };
        let policy = |scripts: &str| {
            let sources = format!("script-src 'unsafe-inline' {scripts}; frame-src 'none'");
            format!("content-security-policy: {sources}")
        };
        let edge = tag.trim_end_matches("/v1/baton.js");
        vec![
            document("/key", "nowhere"),
            document("/policy", "shop").with(policy(edge)),
            document("/strict", "shop").with(policy(tag)),
            document("/isolated", "shop")
                .with("cross-origin-embedder-policy: require-corp")
                .with("cross-origin-opener-policy: same-origin"),
        ]
    })?;
    let browsers = Browsers::start()?;
    let driver = browsers.window(DESKTOP).await?;
    let foreign = strangers.origin.replace("localhost", "127.0.0.1");
    let edge = &stage.edge;
    let cases = [
        (format!("{}/key", strangers.origin), format!("{edge} has no site \"nowhere\"")),
        (
            format!("{}/policy", strangers.origin),
            format!("Content-Security-Policy lacks {edge} in frame-src"),
        ),
        // The sentences are forbidden as well.
        (format!("{}/strict", strangers.origin), format!("frame-src lacks {edge}")),
        (format!("{foreign}/isolated"), format!("the origins of site \"shop\" lack \"{foreign}\"")),
    ];
    for (address, why) in cases {
        driver.goto(&address).await?;
        ask(&driver, SEES_BUTTONS).await?;
        let mistakes = told(&driver, &why).await?;
        assert!(mistakes.contains(&why) && mistakes.lines().count() == 1, "{mistakes}");
        assert_eq!(
            ask(&driver, "return [seen, !!document.querySelector('baton-chat')]").await?,
            json!([false, false]),
            "{address}"
        );
    }
    driver.goto(format!("{}/isolated", strangers.origin)).await?;
    let visitor = Visitor::at(driver.clone(), &strangers.origin);
    visitor.sees_launcher().await?;
    visitor.opens_chat().await?;
    visitor.reads("A person is one click away").await?;
    assert_eq!(
        ask(&driver, "return crossOriginIsolated").await?.as_bool(),
        Some(false),
        "in the frame"
    );
    Ok(driver.quit().await?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_phone_the_page_stays_in_sight_and_the_agent_knows_which_one_it_is() -> Result<()> {
    let (stage, browsers) = (Stage::new()?, Browsers::start()?);
    let agent = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    let visitor = Visitor::arrives_with(&browsers, &stage, PHONE).await?;
    visitor.opens_chat().await?;
    visitor.says("how long does a refund take?").await?;
    visitor.reads("Source: Refunds").await?;
    // The site's own page, in the same tab, with the chat out of the way.
    visitor.driver.find(thirtyfour::By::Css("a.source")).await?.click().await?;
    visitor.driver.enter_default_frame().await?;
    until(&visitor.driver, "the page about refunds", "return location.pathname === '/help.html'")
        .await?;
    visitor.sees_launcher().await?;
    assert_eq!(visitor.driver.windows().await?.len(), 1);
    assert!(!visitor.sees_panel().await?);
    // A page that routes by itself.
    ask(&visitor.driver, "history.pushState({}, '', '/orders.html?secret=1')").await?;
    visitor.asks_for_a_person("Kim", "").await?;
    agent.accepts_and_connects().await?;
    agent.reads("/orders.html").await?;
    assert!(!agent.has_read("secret").await?);
    visitor.reads("You're now connected with Maria").await?;
    visitor.goes_to("/fern.html").await?;
    assert!(!visitor.sees_panel().await?, "a phone shows the page first");
    agent.reads("now on /fern.html").await?;
    ask(&visitor.driver, "history.pushState({}, '', '/help.html?secret=2#/refunds?secret=3')")
        .await?;
    agent.reads("now on /help.html#/refunds").await?;
    assert!(!agent.has_read("secret").await?);
    agent.says("Your parcel left today").await?;
    let peeks = "const host = document.querySelector('baton-chat'), badge = \
                 host.shadowRoot.querySelector('b').textContent;
        const name = host.shadowRoot.querySelector('#c').ariaLabel;
        return badge === '1' && name === 'Chat 1 new message' && host.hasAttribute('peek') && \
                 host.shadowRoot.querySelector('iframe').getBoundingClientRect().height === 56";
    until(&visitor.driver, "a badge, and the line", peeks).await?;
    let frame = visitor
        .driver
        .execute(
            "return document.querySelector('baton-chat').shadowRoot.querySelector('iframe')",
            Vec::new(),
        )
        .await?;
    frame.element()?.enter_frame().await?;
    until(
        &visitor.driver,
        "the line above the launcher",
        "return document.getElementById('peek-open').innerText === 'Your parcel left today'",
    )
    .await?;
    visitor.driver.find(thirtyfour::By::Id("peek-open")).await?.click().await?;
    visitor.looks_into_panel().await?;
    assert_eq!(visitor.lines_saying("Your parcel left today").await?, 1);
    // Away, and back by the browser's button.
    visitor.goes_to("/help.html").await?;
    visitor.driver.back().await?;
    agent.says("Anything else?").await?;
    visitor.sees_launcher().await?;
    if !visitor.sees_panel().await? {
        visitor.opens_chat().await?;
    }
    visitor.looks_into_panel().await?;
    visitor.reads("Anything else?").await?;
    assert_eq!(visitor.lines_saying("Anything else?").await?, 1);
    assert_eq!(visitor.lines_saying("You're now connected with Maria.").await?, 1);
    visitor.leaves().await?;
    agent.leaves().await
}
