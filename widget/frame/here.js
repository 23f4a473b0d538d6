// Says to the page that the site and the page belong together, so that the launcher may be seen; and hears whether the page wants the
// rest at once. Small, and before everything else. Not every browser tells the page's origin; what is said to another is not delivered.
{
  const { origins } = JSON.parse(document.getElementById("settings").textContent);
  const embedder = location.ancestorOrigins?.[0];
  addEventListener("message", ({ source, origin }) => {
    if (source === parent && origins.includes(origin)) {
      document.documentElement.dataset.wanted = "";
      dispatchEvent(new Event("wanted"));
    }
  });
  for (const origin of origins) if (!embedder || embedder === origin) parent.postMessage({ baton: { here: {} } }, origin);
}
