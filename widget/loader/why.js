// What the loader tells the site's owner, in the page's console: fetched only when there is something to tell. In English, for those who
// build pages.
const sentences = {
  "no site": () => "no site: the tag needs data-site, its address ?site=, or the page BatonSettings.site.",
  "not like": (name, value, otherwise) => `${name} "${value}" is not like "${otherwise}", which is used in its place.`,
  "no answers": (address, { name, message }) =>
    `data-faq: ${address} ${name === "TimeoutError" ? "gave no answer in time" : `cannot be read (${message})`}. The chat goes on without answers.`,
  identify: ({ message }) => `identify: ${message}`,
  // What the frame says of itself, in whole sentences.
  frame: (text) => text,
  "frame-src lacks": (edge) => `not shown: Content-Security-Policy lacks ${edge} in frame-src.`,
  // The frame's document does not speak: it is asked for once more, for the reason.
  "no word from": async (edge, site, address) => {
    const answer = await fetch(address, { signal: AbortSignal.timeout(5000) }).catch(() => 0);
    const text = answer && (await answer.text());
    const why = !answer
      ? `${edge} does not answer`
      : !answer.ok
        ? `${edge} has no site "${site}"`
        : text.includes(`"${location.origin}"`)
          ? "the browser blocks it"
          : `the origins of site "${site}" lack "${location.origin}"`;
    return `not shown: ${why}.`;
  },
};

export default async (what, ...about) => console.error(`Baton: ${await sentences[what](...about)}`);
