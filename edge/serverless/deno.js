// The Deno host: one SQLite file a desk. OPERATOR_TOKEN=... deno run --allow-net --allow-read --allow-write --allow-env main.js
// Behind a proxy: PUBLIC_URL as in `site.toml`, ADDRESS_HEADER in which the proxy names the visitor's address, and TRUSTED_HOPS, how many
// proxies add to it (1).

import { DatabaseSync } from "node:sqlite";
import { answer, attachment, DeskOver, forwarded, local_origin, peer_of, public_origin, start } from "./host.js";

const types = { js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", wasm: "application/wasm", bin: "application/octet-stream", json: "application/json" };
const read = (name) => Deno.readFileSync(new URL(name, import.meta.url));
const text = (name) => new TextDecoder().decode(read(name));
const data = Deno.env.get("DATA") ?? "baton-data";

/** Takes from everybody else the right to read it. */
const closeToOthers = (path, mode) => { if (Deno.build.os !== "windows") Deno.chmodSync(path, mode); };
Deno.mkdirSync(data, { recursive: true });
closeToOthers(data, 0o700);
start(new WebAssembly.Module(read("core.wasm")), text("sites.json"), text("frame.html"), text("console.html"), text("loader.txt"), Deno.env.get("OPERATOR_TOKEN"));

const desks = new Map();
/** Why sites are not served, as the log says. */
const refused = new Map();
function openDesk(site) {
  try {
    const desk = new Desk(site);
    refused.delete(site);
    return desk;
  } catch (wrong) {
    if (refused.get(site) !== wrong.message) console.error(`site ${site}: this site answers 503 until its file is put right: ${wrong.message}`);
    refused.set(site, wrong.message);
    throw wrong;
  }
}

const host = {
  // Deno lets pass what is no handshake (RFC 6455, 4.2.1).
  noHandshake: "",
  desk: (site) => desks.get(site) ?? desks.set(site, openDesk(site)).get(site),
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

const found = (path) => { try { return Deno.statSync(path); } catch (wrong) { if (wrong instanceof Deno.errors.NotFound) return undefined; throw wrong; } };

/** Refuses to begin anew where there was a desk, which the marker says. Whether its log is gone: this process always leaves one behind. */
function expectDesk(file, marker) {
  if (!found(marker)) return false;
  const size = found(file)?.size;
  if (!size) throw new Error(`${file} is ${size === 0 ? "empty" : "gone"}, and there was a desk in it: put a copy back, or delete ${marker} to begin anew`);
  return !found(`${file}-wal`);
}

class Platform {
  open = new Map();
  statements = {};
  constructor(site) {
    this.site = site;
    const [file, marker] = [`${data}/${site}.sqlite`, `${data}/${site}.desk`];
    const isLogGone = expectDesk(file, marker);
    // Before SQLite, so that it is the owner's alone, as its log then is. Not closed while SQLite uses it: closing any handle of a file ends this
    // process's locks on it (fcntl, POSIX).
    this.raw = Deno.openSync(file, { read: true, write: true, create: true, mode: 0o600 });
    try { this.begin(file, marker); } catch (wrong) {
      this.file?.close();
      this.raw.close();
      throw wrong;
    }
    if (isLogGone) console.warn(`${file}-wal is missing: unless a program has moved it into the file, what was acknowledged last is lost`);
  }
  begin(file, marker) {
    closeToOthers(file, 0o600);
    this.file = new DatabaseSync(file);
    this.file.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF");
    // Of what was erased just before a crash.
    this.file.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    Deno.writeTextFileSync(marker, "", { mode: 0o600 });
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
