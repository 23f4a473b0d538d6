// The script tag: makes one frame, and paints the launcher and the button: at once if the edge wrote this site among those of the page's
// origin, else as soon as the frame's document is known to be right for this page. It reads nothing of the page but its own settings, and its
// address.
((sites) => {
  // A page may hold the tag twice, and may run it again when it replaces its body.
  if (window.Baton?.reset) return;
  // Tag managers drop attributes, and modules do not know their own tag.
  const tag = document.currentScript || document.querySelector('script[src*="/baton.js"]');
  const url = new URL(tag?.src || location);
  const settings = { ...window.BatonSettings, ...Object.fromEntries(url.searchParams), ...tag?.dataset };
  const edge = new URL(settings.edge || url).origin;
  const { site, faq } = settings;
  // The frame knows the browser's own languages as well.
  const lang = settings.lang || document.documentElement.lang || navigator.language;
  // The sentences of it are a file of their own, which few pages need; where not even that is there, the words are said as they are.
  const say = (...about) =>
    import(edge + "{{why.js}}").then(
      (why) => why.default(...about),
      () => console.error("Baton:", ...about),
    );
  if (!site) return say("no site");
  const look = (name, otherwise, shape) => {
    const value = settings[name] ?? otherwise;
    if (shape.test(value)) return value;
    say("not like", name, value, otherwise);
    return otherwise;
  };
  const accent = look("accent", "#14594a", /^#([\da-f]{3}){1,2}$/i).replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
  const [vertical, horizontal] = look("corner", "bottom-right", /^(top|bottom)-(left|right)$/).split("-");
  const [x, y] = ["x", "y"].map((name) => look(name, "16", /^\d{1,3}$/));
  // Whether text on it is black or white. The relative luminance of WCAG 2.2 but for its gamma, which is simplified to 2.2: either way the
  // contrast is 4.5 or more (tried with every third value of red, green and blue).
  const light = [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => sum + share * (parseInt(accent.substr(1 + 2 * i, 2), 16) / 255) ** 2.2, 0) > 0.18;

  // Where the open chat covers the page.
  const small = matchMedia("(max-width:480px),(max-height:480px)");

  // Rules of a shadow tree that are important win over all of the page's; in the top layer, nothing of the page covers or moves it.
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  const host = make("baton-chat", { popover: "manual" });
  const root = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(`
:host{${`all:initial;position:fixed;inset:auto;${vertical}:${y}px;${horizontal}:${x}px;z-index:2147483647;display:flex;flex-direction:column${vertical === "top" ? "-reverse" : ""};align-items:${horizontal === "left" ? "start" : "end"};gap:8px;pointer-events:none;color-scheme:light dark;`.replace(/;/g, "!important;")}}
nav{display:flex;gap:8px}
*{pointer-events:auto}
button{font:600 15px system-ui,sans-serif;min-height:48px;border:0;border-radius:24px;padding:0 18px;cursor:pointer;background:${accent};color:${light ? "#000" : "#fff"};box-shadow:0 2px 10px #0004}
#h{background:#fff;color:${light ? "#000" : accent}}
#c{min-width:48px;padding:0 12px;position:relative;display:flex;gap:8px;align-items:center}
i{width:24px;height:24px;background:currentColor;clip-path:path("M5 4h14q2 0 2 2v9q0 2-2 2H10l-6 5V6q0-2 1-2z");forced-color-adjust:none}
b{position:absolute;top:-4px;right:-4px;min-width:20px;font:12px/20px system-ui;border-radius:10px;background:#a3231a;color:#fff}
b:empty{display:none}
button:focus-visible{outline:3px solid ${light ? "#000" : accent};outline-offset:3px}
iframe{display:none;border:0;width:min(390px,100vw - 32px);height:min(640px,100dvh - 32px);border-radius:16px;box-shadow:0 6px 30px #0005;background:Canvas}
:host([peek]) iframe{display:block;width:min(320px,100vw - 32px);height:56px}
:host([open]) iframe{display:block}
:host([open]) nav{display:none}
@media ${small.media}{:host([open]){inset:0!important}:host([open]) iframe{width:100vw;height:100dvh;border-radius:0}}
@media print{:host{display:none!important}}`);
  root.adoptedStyleSheets = [style];

  const nav = make("nav", { ariaLabel: "{{say:page-chat}}" });
  const human = make("button", { id: "h", textContent: {{all:page-talk-to-human}}[lang.split("-")[0]] || "{{say:page-talk-to-human}}" });
  const launcher = make("button", { id: "c" });
  const badge = make("b");
  launcher.append(make("i"), settings.launcher || "", badge);
  nav.append(human, launcher);
  const frame = make("iframe", { title: "{{say:page-chat}}", src: `${edge}/v1/frame/${encodeURIComponent(site)}${accent},${lang}`, referrerPolicy: "no-referrer" });
  root.append(frame);

  let isHere, isReady, wanted, isLoading, focused, told;
  const waiting = [];
  const set = (name, on) => {
    host.toggleAttribute(name, on);
    // A page that its own styles zoom zooms all that is in it.
    style.cssRules[0].style.setProperty("zoom", 1 / (document.documentElement.currentCSSZoom || 1), "important");
  };
  const isOpen = () => host.hasAttribute("open");
  const post = (baton) => frame.contentWindow?.postMessage({ baton }, edge);
  // The frame's document is small; the rest of it waits for this.
  const start = () => post({ start: {} });
  const tell = (baton) => (isReady ? post(baton) : waiting.push(baton));
  // The path, and the path of a page that routes by its fragment; never a query.
  const tellPage = () => {
    const path = location.pathname + (/^#!?\//.test(location.hash) ? location.hash.split("?")[0] : "");
    if (isReady && told !== path) tell({ page: { path: (told = path) } });
  };

  const open = (byButton, byItself) => {
    if (!isHere) return (wanted = () => open(byButton, byItself));
    focused = root.activeElement || document.activeElement || launcher;
    start();
    set("peek", false);
    set("open", true);
    tellPage();
    tell({ open: { human: byButton } });
    if (!byItself) frame.focus();
  };
  const hide = () => {
    set("peek", false);
    if (!isOpen()) return;
    set("open", false);
    tell({ hide: {} });
    (focused === document.body ? launcher : focused).focus();
  };
  // The frame has words for the number.
  const unread = ({ count, label = "" }) => {
    badge.textContent = count || "";
    launcher.ariaLabel = `${settings.launcher || "{{say:page-chat}}"} ${label}`;
    set("peek", count && !isOpen());
  };
  const paint = () => nav.isConnected || root.append(nav);
  const loadAnswers = async () => {
    let entries = [];
    let from;
    try {
      if (faq) {
        // Against the page's own address: a <base> is about its links.
        const answer = await fetch((from = new URL(faq, location).href), { signal: AbortSignal.timeout(9e3) });
        if (!answer.ok) throw Error(`HTTP ${answer.status}`);
        entries = await answer.json();
      }
    } catch (error) {
      say("no answers", from || faq, error);
    }
    isLoading = 0;
    tell({ answers: { entries, from } });
  };

  addEventListener("message", (event) => {
    const said = event.source === frame.contentWindow && event.origin === edge && event.data?.baton;
    if (!said) return;
    if (said.here) {
      isHere = 1;
      paint();
      const idle = () => (window.requestIdleCallback || setTimeout)(start);
      document.readyState === "complete" ? idle() : addEventListener("load", idle);
      nav.onpointerenter = start;
      wanted?.();
    }
    if (said.ready) {
      isReady = 1;
      told = 0;
      tellPage();
      waiting.splice(0).forEach(post);
      if (said.ready.open && !isOpen()) small.matches ? tell({ hide: {} }) : open(false, true);
    }
    if (said.hide || (said.link && small.matches)) hide();
    if (said.show) show();
    if (said.unread) unread(said.unread);
    if (said.warn) say("frame", said.warn.text);
    if (said.want_answers) isLoading ||= loadAnswers();
  });

  // What the browser does not show is taken away, and the page's console says why.
  const fail = (...why) => {
    if (isHere) return;
    isHere = 1;
    watch.disconnect();
    host.remove();
    say(...why);
  };
  addEventListener("securitypolicyviolation", ({ disposition, effectiveDirective, blockedURI }) => {
    if (disposition === "enforce" && effectiveDirective === "frame-src" && blockedURI.startsWith(edge)) fail("frame-src lacks", edge);
  });
  frame.onload = () => setTimeout(fail, 2000, "no word from", edge, site, frame.src);

  // Outside of the body, since pages replace that; and back again if they replace everything.
  const attach = () => {
    if (!host.isConnected) {
      isHere = isReady = 0;
      nav.remove();
      set("open", false);
      unread({});
      document.documentElement.append(host);
      host.showPopover?.();
      // A policy of this page that forbids the frame is heard of within some ms; a page around this one may be a stranger's; and another
      // edge than the script's may know another site by the key.
      if (window === top && !settings.edge && sites.includes(site)) setTimeout(paint, 50);
    }
    watch.observe(document, { childList: true });
    watch.observe(document.documentElement, { childList: true });
  };
  const watch = new MutationObserver(attach);
  attach();
  window.navigation ? navigation.addEventListener("currententrychange", tellPage) : setInterval(tellPage, 1000);

  const show = () => open(false);
  const talkToHuman = () => open(true);
  human.onclick = talkToHuman;
  launcher.onclick = show;
  window.Baton = {
    open: show,
    show,
    talkToHuman,
    hide,
    identify(profile) {
      try {
        // What cannot be sent is told here; the frame names what is malformed.
        tell({ identify: { profile: JSON.parse(JSON.stringify(profile)) } });
      } catch (error) {
        say("identify", error);
      }
    },
    reset: () => tell({ reset: {} }),
  };
  dispatchEvent(new Event("baton"));
  // In place of it the edge writes the keys of the sites that the page's origin may embed.
})(["@"]);
