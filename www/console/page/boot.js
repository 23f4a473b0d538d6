// Starts the console in the agent's language: the one that was chosen in this browser, else the browser's own, else English.
import start, { run } from "{{glue}}";

const page = document.documentElement;
const words = new Map(page.dataset.words.split(" ").map((entry) => entry.split(":")));

function chosen() {
  try {
    return localStorage.getItem("baton-language") ?? "";
  } catch {
    // A browser that keeps nothing.
    return "";
  }
}

const wanted = [chosen(), ...navigator.languages].flatMap((tag) => [tag, tag.split("-")[0]]);
page.lang = wanted.find((tag) => words.has(tag)) ?? "en";
document.body.firstElementChild.textContent = ({{all:page-opening}})[page.lang] ?? "{{say:page-opening}}";
const ahead = Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "", href: words.get(page.lang) });
document.head.append(ahead);

start({ module_or_path: fetch(page.dataset.wasm) }).then(run).catch((error) => {
  document.body.textContent = ({{all:page-no-start}})[page.lang] ?? "{{say:page-no-start}}";
  console.error(error);
});
