// The Cloudflare host: a Worker that answers requests, and one Durable Object a desk.

import { DurableObject, env } from "cloudflare:workers";
import { answer, attachment, DeskOver, local_origin, peer_of, public_origin, start } from "./host.js";
import module from "./core.wasm";
import sites from "./sites.json";
import frame from "./frame.html";
import page from "./console.html";
import loader from "./loader.txt";

start(module, JSON.stringify(sites), frame, page, loader, env.OPERATOR_TOKEN);

const host = {
  async file(request) {
    const { status, headers, body } = await env.ASSETS.fetch(request);
    return status === 404 ? undefined : { status, headers: [...headers], body };
  },
  desk: (site) => env.DESK.getByName(site),
  socket: (_, site, peer) => env.DESK.getByName(site).fetch("https://desk/", { headers: { upgrade: "websocket", site, peer } }),
};

const publicOrigin = env.PUBLIC_URL && public_origin(env.PUBLIC_URL);
/** Over https the platform brings only requests for this Worker's own names. */
const ownOrigin = (url) => publicOrigin || (url?.protocol === "https:" ? url.origin : url && local_origin(url.host));

export default { fetch: (request) => answer(request, request.headers.get("cf-connecting-ip") ?? undefined, ownOrigin(URL.parse(request.url)), host) };

class Platform extends DurableObject {
  get site() { return (this.known ??= this.ctx.storage.kv.get("site")); }
  set site(site) { if (this.site !== site) this.ctx.storage.kv.put("site", (this.known = site)); }
  read(sql, values) { return [...this.ctx.storage.sql.exec(sql, ...values).raw()]; }
  write(sql, values) { this.ctx.storage.sql.exec(sql, ...values); }
  transaction(piece) { return this.ctx.storage.transactionSync(piece); }
  wake(at) { this.ctx.storage.setAlarm(at); }
  sockets(peer) { return this.ctx.getWebSockets(peer === undefined ? undefined : String(peer)); }
  kept(socket) { return socket.deserializeAttachment(); }
  keep(socket, text) { socket.serializeAttachment(text); }
}

export class Desk extends DeskOver(Platform) {
  /** A WebSocket that the Worker has let in; it outlives this object's memory. */
  fetch(request) {
    this.site = request.headers.get("site");
    const [theirs, ours] = Object.values(new WebSocketPair());
    const kept = attachment(Date.now(), request.headers.get("peer"));
    this.ctx.acceptWebSocket(ours, [String(peer_of(kept))]);
    this.keep(ours, kept);
    this.opened(ours);
    return new Response(null, { status: 101, webSocket: theirs });
  }

  webSocketMessage(socket, message) { this.heard(socket, message); }
  webSocketClose(socket) { this.gone(socket); }
  webSocketError(socket) { this.gone(socket); }
  alarm() { this.due(); }
}
