// The script tag: paints the launcher and the button at once, and makes one frame when the visitor first reaches for it or
// the page is idle. It reads nothing of the page but its own tag.
(() => {
  const tag = document.currentScript || document.querySelector("script[data-site]");
  const { site, faq } = tag.dataset;
  const edge = new URL(tag.src).origin;
  const say = (text) => console.error(`Baton: ${text}`);
  if (!site) return say('the script tag needs data-site="…", the site\'s key.');

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(`
:host{all:initial;position:fixed;inset:auto 16px 16px auto;z-index:2147483000;font:15px system-ui,sans-serif;color-scheme:light dark}
nav{display:flex;gap:8px;justify-content:end}
button{font:600 15px system-ui,sans-serif;min-height:48px;border:0;border-radius:24px;padding:0 18px;cursor:pointer;background:#14594a;color:#fff;box-shadow:0 2px 10px #0004}
#h{background:#fff;color:#14594a}
#c{width:48px;padding:0;position:relative}
#c svg{display:block;margin:auto}
b{position:absolute;top:-4px;right:-4px;min-width:20px;line-height:20px;border-radius:10px;background:#a3231a;color:#fff;font-size:12px}
b:empty{display:none}
button:focus-visible{outline:3px solid #14594a;outline-offset:3px}
iframe{display:none;border:0;width:min(390px,calc(100vw - 32px));height:min(640px,calc(100dvh - 32px));border-radius:16px;box-shadow:0 6px 30px #0005;background:Canvas}
:host([open]) iframe{display:block}
:host([open]) nav{display:none}
@media(max-width:480px){:host([open]){inset:0}:host([open]) iframe{width:100vw;height:100dvh;border-radius:0}}
@media print{:host{display:none}}`);
  root.adoptedStyleSheets = [style];

  const make = (parent, name, set) => parent.appendChild(Object.assign(document.createElement(name), set));
  const nav = make(root, "nav", { ariaLabel: "Chat" });
  const human = make(nav, "button", { id: "h", type: "button", textContent: "Talk to a human" });
  const launcher = make(nav, "button", { id: "c", type: "button", ariaLabel: "Open the chat" });
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: 24, height: 24, fill: "none", stroke: "currentColor", "stroke-width": 2, "aria-hidden": true })) picture.setAttribute(key, value);
  const path = document.createElementNS(picture.namespaceURI, "path");
  path.setAttribute("d", "M4 5h16v11H9l-5 4z");
  picture.append(path);
  launcher.append(picture);
  const badge = make(launcher, "b", {});
  document.documentElement.append(host);

  let frame, isReady, answers, focused;
  const waiting = [];
  const tell = (baton) => (isReady ? frame.contentWindow.postMessage({ baton }, edge) : waiting.push(baton));

  const load = () => {
    if (frame) return;
    frame = make(root, "iframe", { title: "Chat", src: `${edge}/v1/frame/${encodeURIComponent(site)}`, referrerPolicy: "no-referrer" });
    frame.onload = () =>
      setTimeout(() => {
        if (isReady) return;
        host.remove();
        say(`the chat is not shown, because the edge at ${edge} refused it: check that site "${site}" exists and that its origins hold "${location.origin}".`);
      }, 8000);
  };
  const open = (byButton, byItself) => {
    load();
    focused = root.activeElement || document.activeElement;
    host.setAttribute("open", "");
    tell({ page: { path: location.pathname } });
    tell({ open: { human: byButton } });
    if (!byItself) frame.focus();
  };
  const hide = () => {
    if (!host.hasAttribute("open")) return;
    host.removeAttribute("open");
    tell({ hide: {} });
    (focused && focused !== document.body ? focused : launcher).focus();
  };
  const unread = (count) => {
    badge.textContent = count || "";
    launcher.ariaLabel = count ? `Open the chat, ${count} unread` : "Open the chat";
  };

  addEventListener("message", (event) => {
    const said = event.source === frame?.contentWindow && event.origin === edge && event.data?.baton;
    if (!said) return;
    if (said.ready) {
      isReady = true;
      waiting.splice(0).forEach(tell);
      unread(said.ready.unread);
      if (said.ready.open && !host.hasAttribute("open")) open(false, true);
    }
    if (said.hide) hide();
    if (said.unread) unread(said.unread.count);
    if (said.want_answers)
      answers ??= (faq ? fetch(faq).then((response) => response.json()) : Promise.resolve([])).then(
        (entries) => tell({ answers: { entries } }),
        (error) => {
          answers = 0;
          say(`the questions and answers at data-faq="${faq}" cannot be read: ${error.message}`);
          tell({ answers: { entries: [] } });
        },
      );
  });
  human.onclick = () => open(true);
  launcher.onclick = () => open(false);
  nav.onpointerenter = nav.onfocusin = load;
  const idle = () => (window.requestIdleCallback || setTimeout)(load);
  document.readyState === "complete" ? idle() : addEventListener("load", idle);
  window.Baton = { open: () => open(false), talkToHuman: () => open(true), hide, identify: (profile) => tell({ identify: { profile } }) };
  dispatchEvent(new Event("baton"));
})();
