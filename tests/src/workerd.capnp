# The Worker on workerd itself, as `wrangler.jsonc` describes it to Cloudflare. Static files come without `_headers` here.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "baton", worker = .baton),
    (name = "storage", disk = (writable = true)),
    (name = "assets", disk = ()),
  ],
  sockets = [(name = "http", http = (), service = "baton")],
);

const baton :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "host.js", esModule = embed "host.js"),
    (name = "core.js", esModule = embed "core.js"),
    (name = "core.wasm", wasm = embed "core.wasm"),
    (name = "sites.json", json = embed "sites.json"),
    (name = "frame.html", text = embed "frame.html"),
    (name = "console.html", text = embed "console.html"),
    (name = "loader.txt", text = embed "loader.txt"),
  ],
  compatibilityDate = "2026-04-01",
  bindings = [
    (name = "DESK", durableObjectNamespace = "Desk"),
    (name = "ASSETS", service = "assets"),
    (name = "OPERATOR_TOKEN", text = "{{operator}}"),
  ],
  durableObjectNamespaces = [(className = "Desk", uniqueKey = "desk", enableSql = true)],
  durableObjectStorage = (localDisk = "storage"),
);
