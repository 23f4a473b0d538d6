// The Deno host: one SQLite file a desk. OPERATOR_TOKEN=... deno run --allow-net --allow-read --allow-write --allow-env main.js
// Behind a proxy: PUBLIC_URL as in `site.toml`, ADDRESS_HEADER in which the proxy names the visitor's address, and TRUSTED_HOPS, how many
// proxies add to it (1).

import { DatabaseSync } from "node:sqlite";
import { answer, attachment, DeskOver, forwarded, local_origin, peer_of, public_origin, start } from "./host.js";

const types = { js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", wasm: "application/wasm", bin: "application/octet-stream", json: "application/json" };
const read = (name) => Deno.readFileSync(new URL(name, import.meta.url));
const text = (name) => new TextDecoder().decode(read(name));
const data = Deno.env.get("DATA") ?? "baton-data";

Deno.mkdirSync(data, { recursive: true });
start(new WebAssembly.Module(read("core.wasm")), text("sites.json"), text("frame.html"), text("console.html"), text("loader.txt"), Deno.env.get("OPERATOR_TOKEN"));

const desks = new Map();
const host = {
  // Deno lets pass what is no handshake (RFC 6455, 4.2.1).
  noHandshake: "",
  desk: (site) => desks.get(site) ?? desks.set(site, new Desk(site)).get(site),
  file(_, { name, headers }) {
    let found;
    try { found = read(`assets/v1/${name}`); } catch { return undefined; }
    return { status: 200, headers: [["content-type", types[name.split(".").pop()]], ...headers], body: found };
  },
  socket(request, site, peer) {
    const { socket, response } = Deno.upgradeWebSocket(request);
    this.desk(site).carry(socket, attachment(Date.now(), peer));
    return response;
  },
};

/** Overwrites the free space of every page, where SQLite leaves rows that it moved to another page and then deleted there (`rebuildPage`), in a file
 *  whose log is empty and whose pages nobody has in memory. Deno lets no database be attached, as `VACUUM` would. (sqlite.org/fileformat2.html, 1.6.) */
function wipe(file) {
  const at = (offset, bytes, step) => {
    file.seekSync(offset, Deno.SeekMode.Start);
    for (let n, done = 0; done < bytes.length; done += n) {
      n = file[step](bytes.subarray(done));
      if (!n) throw new Error("the database ended within a page");
    }
  };
  const head = new Uint8Array(100), length = file.statSync().size;
  if (length < head.length) return;
  at(0, head, "readSync");
  const size = new DataView(head.buffer).getUint16(16), page = new Uint8Array(size === 1 ? 65536 : size), view = new DataView(page.buffer);
  for (let start = 0; start < length; start += page.length) {
    at(start, page, "readSync");
    const header = start === 0 ? head.length : 0;
    // Pages of a tree: inside with a pointer more, or leaves.
    const pointers = { 2: 12, 5: 12, 10: 8, 13: 8 }[page[header]];
    if (!pointers) continue;
    const [from, to] = [header + pointers + 2 * view.getUint16(header + 3), view.getUint16(header + 5) || 65536];
    if (from < to && to <= page.length && page.subarray(from, to).some((byte) => byte)) at(start + from, new Uint8Array(to - from), "writeSync");
  }
  file.syncDataSync();
}

class Platform {
  open = new Map();
  statements = {};
  constructor(site) {
    this.site = site;
    this.file = new DatabaseSync(`${data}/${site}.sqlite`);
    this.file.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF");
    // Of what was erased just before a crash.
    this.file.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    // Never closed: closing any handle of a file ends this process's locks on it (fcntl, POSIX).
    this.raw = Deno.openSync(`${data}/${site}.sqlite`, { read: true, write: true });
  }
  read(sql, values) { const statement = this.file.prepare(sql); statement.setReturnArrays(true); return statement.all(...values); }
  write(sql, values) { (this.statements[sql] ??= this.file.prepare(sql)).run(...values); }
  transaction(piece) {
    this.file.exec("BEGIN IMMEDIATE");
    try { const result = piece(); this.file.exec("COMMIT"); return result; } catch (wrong) { this.file.exec("ROLLBACK"); throw wrong; }
  }
  emptyLog() {
    this.file.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory");
    wipe(this.raw);
  }
  wake(at) { clearTimeout(this.timer); this.timer = setTimeout(() => this.due(), Math.min(Math.max(at - Date.now(), 1), 2 ** 31 - 1)); }
  sockets(peer) { return peer === undefined ? [...this.open.values()] : [this.open.get(peer)].filter(Boolean); }
  kept(socket) { return socket.attachment; }
  keep(socket, text) { socket.attachment = text; }
  forget(socket) { this.open.delete(peer_of(socket.attachment)); }
  carry(socket, kept) {
    socket.attachment = kept;
    socket.onopen = () => { this.open.set(peer_of(kept), socket); this.opened(socket); };
    socket.onmessage = ({ data }) => this.heard(socket, data);
    socket.onclose = () => { if (this.open.delete(peer_of(kept))) this.gone(socket); };
  }
}
class Desk extends DeskOver(Platform) {}

const [hostname, port] = [Deno.env.get("HOST") ?? "127.0.0.1", Number(Deno.env.get("PORT") ?? 8787)];
const url = Deno.env.get("PUBLIC_URL");
const publicOrigin = url && public_origin(url);
const [addressHeader, hops] = [Deno.env.get("ADDRESS_HEADER"), Number(Deno.env.get("TRUSTED_HOPS") ?? 1)];

let warned = false;
/** The visitor's address, or the connection's own: all whose header cannot be read count as one. */
function addressOf(request, own) {
  if (!addressHeader) return own;
  const address = forwarded(request.headers.get(addressHeader) ?? "", hops);
  if (address === undefined && request.method === "POST" && !warned) {
    warned = true;
    console.warn(`a visitor came without an address in ADDRESS_HEADER (with TRUSTED_HOPS = ${hops}): all such count as one, under their connection's address`);
  }
  return address ?? own;
}

Deno.serve({ hostname, port, onListen() {} }, (request, { remoteAddr }) =>
  answer(request, addressOf(request, remoteAddr.hostname), publicOrigin || local_origin(request.headers.get("host") ?? ""), host));
