// Starts the Wasm once the page asks for it. What is sent before it is there waits; if it
// cannot run at all, a plain form hands off.
import start from "{{glue}}";

const input = document.getElementById("input");
const send = document.getElementById("send");
const human = document.getElementById("human");
const settings = JSON.parse(document.getElementById("settings").textContent);
const early = [];
let wantsHuman = false;

const root = document.documentElement;
const embedder = location.ancestorOrigins?.[0];
const origins = embedder ? settings.origins.filter((origin) => origin === embedder) : settings.origins;
const tellPage = (message) => origins.forEach((origin) => parent.postMessage({ baton: message }, origin));
// Not by a form: a page that forbids those (the policy `sandbox`) would forbid to write.
const onSend = (event) => {
  event.preventDefault();
  if (input.value.trim()) {
    early.push(input.value);
    input.value = "";
  }
};
// Enter alone. A key with which an input method only picks a character has the code 229, in Safari after the composition has ended.
const isSend = (event) => event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
const onKey = (event) => {
  if (isSend(event)) onSend(event);
  if (event.key === "Escape") tellPage({ hide: {} });
};
const onHuman = () => (wantsHuman = true);

send.addEventListener("click", onSend);
input.addEventListener("keydown", onKey);
human.addEventListener("click", onHuman);
document.getElementById("title").textContent = settings.name;

paint(/^#[\da-f]{6}/i.exec(location.hash)?.[0]);

// Any word of the page starts it (here.js hears it); without one it starts after a while.
const { wasm, base, words, wanted } = root.dataset;

// What the page asks for, else what the browser does, else English; the tag with its region, by which times are written.
const files = Object.fromEntries(words.split(" ").map((one) => one.split(/:(.*)/)));
const own = (tag) => tag.split("-")[0].toLowerCase();
const tags = [location.hash.slice(8), ...navigator.languages].filter((tag) => /^[a-z]{2,3}(-[a-z\d]{2,8})*$/i.test(tag));
const speak = (tag) => (root.lang = tags.find((other) => own(other) === own(tag) && other.includes("-")) ?? tag);
speak(tags.find((tag) => files[own(tag)]) ?? "en");
// Until its words are there, nothing is said in another language.
root.toggleAttribute("data-silent", own(root.lang) !== "en");
let isBegun = false;
const begin = () => {
  if (isBegun) return;
  isBegun = true;
  document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: base }));
  const module = fetched(wasm, 30000);
  listen()
    .then(() => start({ module_or_path: module }))
    .then(ready, plainForm);
};
addEventListener("wanted", begin);
setTimeout(begin, wanted === undefined ? 4000 : 0);
// A page that comes back from the back/forward cache has lost its socket, as one that was offline.
addEventListener("pageshow", ({ persisted }) => persisted && dispatchEvent(new Event("online")));

/** A file, or an error after so many ms: whatever waits for it goes on by another way. */
function fetched(address, patience) {
  return fetch(address, { signal: AbortSignal.timeout(patience) });
}

/** The words of a language, as the build compiled them. */
async function spokenIn(language) {
  const answer = await fetched(files[language], 8000);
  const items = await answer.json();
  if (items[0] !== "{{fingerprint}}") throw new Error(`${files[language]} is damaged`);
  return items;
}

/** Fetches the words and says those of the document. English stands in for a language that cannot be had. */
async function listen() {
  try {
    globalThis.batonWords = await spokenIn(own(root.lang)).catch((error) => {
      console.error("Baton: English stands in for", root.lang, error);
      speak("en");
      return spokenIn("en");
    });
  } finally {
    root.removeAttribute("data-silent");
  }
  for (const element of document.querySelectorAll("[data-say]")) {
    for (const [, name, key] of element.dataset.say.matchAll(/(\S+) (\S+)/g)) {
      if (name === "text") element.textContent = say(key);
      else element.setAttribute(name, say(key));
    }
  }
}

/** A message by its key, with its placeholders filled; English, as it is here, if there are no words. */
function say(key, english, ...args) {
  const pattern = globalThis.batonWords?.find((item) => item.startsWith(key))?.slice(key.length) ?? english;
  return pattern.replace(/\{(\d)\}/g, (_, place) => args[place]);
}

/** The page's accent, with text on it in black or white and as text itself only where it can be read; the loader has the same bound. */
function paint(accent) {
  if (!accent || accent === "#14594a") return;
  const { style } = root;
  const luminance = [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => sum + share * (parseInt(accent.substr(1 + 2 * i, 2), 16) / 255) ** 2.2, 0);
  const set = (name, value) => style.setProperty(name, value);
  for (const name of ["--head", "--fill"]) set(name, accent);
  for (const name of ["--on-head", "--on-fill"]) set(name, luminance > 0.18 ? "#000" : "#fff");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  // A contrast of 4.5 to the paper of frame.css.
  const ink = () => set("--accent", (dark.matches ? luminance > 0.23 : luminance < 0.18) ? accent : "var(--ink)");
  dark.addEventListener("change", ink);
  ink();
}

function stopWaiting() {
  send.removeEventListener("click", onSend);
  input.removeEventListener("keydown", onKey);
  human.removeEventListener("click", onHuman);
}

function ready() {
  stopWaiting();
  // What came early is handed on as if it came now: the Wasm listens to the same events.
  for (const text of early) {
    const draft = input.value;
    input.value = text;
    send.click();
    input.value = draft;
  }
  if (wantsHuman) human.click();
}

/** Without Wasm: the words go to people at once, with the same promise. */
function plainForm(error) {
  console.error("Baton: WebAssembly did not start, the plain form stands in.", error);
  stopWaiting();
  const hex = (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const status = document.getElementById("status");
  const conversation = hex(16);
  const token = hex(32);
  const post = async (command) => {
    const body = JSON.stringify({ v: 1, conversation, token, command });
    const response = await fetch(`/v1/visitor/${settings.site}/frames`, { method: "POST", body, keepalive: true, signal: AbortSignal.timeout(30000) });
    return response.json();
  };
  tellPage({ ready: { open: false, unread: 0 } });
  status.textContent = say("{{key:page-plain-hello}}", "{{say:page-plain-hello}}");
  const hand = async (event) => {
    event?.preventDefault?.();
    const text = input.value.trim();
    const email = text.match(/[^\s@]+@[^\s@]+\.[^\s@]+/)?.[0];
    if (!email) {
      document.getElementById("error").textContent = say("{{key:page-plain-missing}}", "{{say:page-plain-missing}}");
      return input.focus();
    }
    const at = Date.now();
    const profile = { name: email, email };
    // A line of a transcript has at most 4,000 characters; as many as a page of them has, so that every host takes it.
    const transcript = (text.match(/[^]{1,4000}/gu) ?? []).slice(-15).map((text) => ({ author: "visitor", at, text }));
    const escalation = { trigger: "explicit", reason: "The browser could not run the assistant.", priority: "standard", signals: [] };
    const shared = { category: "other", language: navigator.language.slice(0, 35), sentiment: "neutral", highlights: [0], actions: [], next_steps: [] };
    const words = { summary: `${email} left a question in the plain form (not read by the assistant).`, intent: "Wants to get an answer by e-mail." };
    try {
      await post({ request_handoff: { package: { ...words, ...shared, profile, transcript, escalation } } });
      const [answer] = await post({ choose_fallback: { fallback: { ticket: { email } } } });
      if (!answer.event.promised) throw new Error("not promised");
      input.value = "";
      document.getElementById("error").textContent = "";
      const time = new Date(answer.event.promised.commitment.due).toLocaleString(root.lang, { dateStyle: "full", timeStyle: "short" });
      status.textContent = say("{{key:page-plain-thanks}}", "{{say:page-plain-thanks}}", email, time);
    } catch {
      document.getElementById("error").textContent = say("{{key:page-plain-failed}}", "{{say:page-plain-failed}}");
    }
  };
  send.addEventListener("click", hand);
  input.addEventListener("keydown", (event) => {
    if (isSend(event)) hand(event);
    if (event.key === "Escape") tellPage({ hide: {} });
  });
  document.getElementById("hide").addEventListener("click", () => tellPage({ hide: {} }));
  human.addEventListener("click", hand);
  input.value = early.join("\n");
}
