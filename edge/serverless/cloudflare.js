// The Cloudflare host: a Worker that asks the front what a request wants, and one Durable Object a desk.

import { DurableObject } from "cloudflare:workers";
import { __wbg_reset_state, beside, closes_at, initSync, peer_of, Server, too_large, unavailable } from "./core.js";
import module from "./core.wasm";
import sites from "./sites.json";
import frame from "./frame.html";
import console_page from "./console.html";

initSync({ module });

let server;
const theServer = (env) => (server ??= new Server(JSON.stringify(sites), frame, console_page, env.OPERATOR_TOKEN));

const hex = (bytes) => [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const peerId = () => { const [high, low] = crypto.getRandomValues(new Uint32Array(2)); return (high >>> 11) * 2 ** 32 + low; };
const respond = (json) => { const { status, headers, body } = JSON.parse(json); return new Response(body, { status, headers }); };

/** The body as text, or none if it has more bytes. */
async function body(request, most) {
  const parts = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.length;
    if (bytes > most) return undefined;
    parts.push(part);
  }
  return new TextDecoder().decode(await new Blob(parts).arrayBuffer());
}

/** Every command may come twice, so an object that failed is asked again, by a new stub. */
async function ask(env, site, what) {
  try {
    return await what(env.DESK.getByName(site));
  } catch (wrong) {
    if (wrong.overloaded) return unavailable();
    return what(env.DESK.getByName(site)).catch(unavailable);
  }
}

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const header = (name) => request.headers.get(name) ?? undefined;
    const secret = hex(32);
    const wish = JSON.parse(theServer(env).wish(request.method, url.pathname, url.origin, header("origin"), header("cookie"), header("authorization"), peerId(), secret));
    if (wish.answer) return respond(JSON.stringify(wish.answer));
    if (wish.file) return env.ASSETS.fetch(request);
    if (wish.frame) {
      const { site, peer, most_bytes, cookie } = wish.frame;
      const text = await body(request, most_bytes);
      if (text === undefined) return respond(too_large(most_bytes));
      return respond(await ask(env, site, (desk) => desk.frame(site, JSON.stringify(peer), text, cookie ?? undefined)));
    }
    if (wish.link) {
      const { site, agent, link } = wish.link;
      return respond(await ask(env, site, (desk) => desk.admit(site, agent, secret, link)));
    }
    if (header("upgrade")?.toLowerCase() !== "websocket") return new Response("expected a WebSocket", { status: 426 });
    const { site, peer } = wish.socket;
    return env.DESK.getByName(site).fetch("https://desk/", { headers: { upgrade: "websocket", site, peer: JSON.stringify(peer) } });
  },
};

export class Desk extends DurableObject {
  /** What the module asks of a storage. */
  run(sql, values) {
    return [...this.ctx.storage.sql.exec(sql, ...values).raw()];
  }

  /** One piece of work on the desk, in one transaction; what it gives is sent when that is done. */
  work(piece) {
    try {
      const kv = this.ctx.storage.kv;
      if (!this.runner) {
        const held = this.ctx.getWebSockets().map((socket) => peer_of(socket.deserializeAttachment()));
        this.runner = this.ctx.storage.transactionSync(() => theServer(this.env).open(kv.get("site"), this, Date.now(), held));
      }
      const { sends, result } = this.ctx.storage.transactionSync(() => piece(this.runner));
      for (let i = 0; i < sends.length; i += 2) {
        for (const socket of this.ctx.getWebSockets(String(sends[i]))) {
          // A peer that is gone will come back.
          try { socket.send(sends[i + 1]); } catch {}
        }
      }
      this.setTimer();
      this.failures = 0;
      return result;
    } catch (wrong) {
      // Memory may be ahead of the storage, and a module that panicked is of no use to anybody.
      try { this.runner?.free(); } catch {}
      this.runner = undefined;
      if (wrong instanceof WebAssembly.RuntimeError) {
        __wbg_reset_state();
        server = undefined;
      }
      console.error(`desk ${this.ctx.id}: dropped, to be opened again: ${wrong}`);
      throw wrong;
    }
  }

  /** The same, once more if it failed: another desk's panic may have taken the module away. */
  workTwice(piece) {
    try {
      return this.work(piece);
    } catch {
      return this.work(piece);
    }
  }

  setTimer() {
    const at = Math.min(this.runner.deadline() ?? Infinity, this.checkAt ?? Infinity);
    if (at < Infinity && at !== this.timerAt) {
      this.timerAt = at;
      this.ctx.storage.setAlarm(at);
    }
  }

  know(site) {
    if (this.ctx.storage.kv.get("site") !== site) this.ctx.storage.kv.put("site", site);
  }

  async frame(site, peer, text, cookie) {
    this.know(site);
    return this.workTwice((runner) => {
      const [result, ...sends] = runner.request(Date.now(), peer, text, cookie);
      return { sends, result };
    });
  }

  async admit(site, agent, secret, link) {
    this.know(site);
    return this.workTwice((runner) => ({ sends: runner.admit(Date.now(), agent, secret), result: JSON.stringify({ status: 200, headers: [["content-type", "text/plain"]], body: link }) }));
  }

  /** A WebSocket that the Worker has let in. */
  async fetch(request) {
    this.know(request.headers.get("site"));
    const [theirs, ours] = Object.values(new WebSocketPair());
    const kept = beside(Date.now(), request.headers.get("peer"));
    this.ctx.acceptWebSocket(ours, [String(peer_of(kept))]);
    ours.serializeAttachment(kept);
    this.checkAt = Math.min(this.checkAt ?? Infinity, closes_at(kept));
    this.workTwice((runner) => ({ sends: runner.due(Date.now()) }));
    return new Response(null, { status: 101, webSocket: theirs });
  }

  async webSocketMessage(socket, message) {
    const kept = socket.deserializeAttachment();
    try {
      const text = typeof message === "string" ? message : undefined;
      const refused = this.workTwice((runner) => {
        const heard = runner.frame(Date.now(), kept, text);
        socket.serializeAttachment(heard.beside);
        return { sends: heard.sends, result: heard.refused };
      });
      if (refused) socket.send(refused);
    } catch {
      // It comes back with its last number.
      this.cut(socket);
    }
  }

  async webSocketClose(socket) {
    this.gone(socket);
  }

  async webSocketError(socket) {
    this.gone(socket);
  }

  gone(socket) {
    try {
      this.workTwice((runner) => ({ sends: runner.left(Date.now(), socket.deserializeAttachment()) }));
    } catch {
      // Opening the desk again tells it who is left.
    }
  }

  cut(socket) {
    try { socket.close(1013, "try again"); } catch {}
    this.gone(socket);
  }

  /** Must not throw: it would be tried six times and then never again. */
  async alarm() {
    this.timerAt = undefined;
    try {
      this.checkAt = undefined;
      for (const socket of this.ctx.getWebSockets()) {
        const at = closes_at(socket.deserializeAttachment());
        if (at <= Date.now()) this.cut(socket);
        else this.checkAt = Math.min(this.checkAt ?? Infinity, at);
      }
      this.workTwice((runner) => ({ sends: runner.due(Date.now()) }));
    } catch {
      this.failures = (this.failures ?? 0) + 1;
      this.ctx.storage.setAlarm(Date.now() + Math.min(60_000, 500 * 2 ** this.failures));
    }
  }
}
