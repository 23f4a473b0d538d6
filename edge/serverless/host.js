// What the serverless hosts share: from a request to its answer, and a desk's work in transactions. A host adds its platform: where
// files, desks and sockets are, what a transaction is, and how it is woken.
//
// Group commit: requests that have come by the time that the desk turns to them are handled in one transaction.

import { __wbg_reset_state, attachment, body_ms, body_was_slow, close, closes_at, common_headers, forwarded, initSync, local_origin, look, not_text, peer_of, public_origin,
  Server, too_large, unavailable, unknown } from "./core.js";
export { attachment, forwarded, local_origin, peer_of, public_origin };

let server, make;
const theServer = () => (server ??= make());

/** `pages` are the sites' JSON, the frame, the console, the loader and the operator's secret. */
export function start(module, ...pages) {
  initSync({ module });
  make = () => new Server(...pages);
}

const random = () => crypto.randomUUID().replaceAll("-", "");
const peerId = () => { const [high, low] = crypto.getRandomValues(new Uint32Array(2)); return (high >>> 11) * 2 ** 32 + low; };
const plain = (status, body) => ({ status, headers: [["content-type", "text/plain; charset=utf-8"]], body });

/** The body's text as it came, with what stands before it. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The body's bytes, or none if it has more. */
async function body(request, most) {
  const length = request.headers.get("content-length");
  if (length !== null) return length > most ? undefined : request.arrayBuffer();
  const parts = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.length;
    if (bytes > most) return undefined;
    parts.push(part);
  }
  return new Blob(parts).arrayBuffer();
}

/** What comes of the work, or `late` if that is not known in time. */
async function inTime(work, late) {
  let timer;
  const end = new Promise((done) => { timer = setTimeout(done, body_ms(), late); });
  try { return await Promise.race([work, end]); } finally { clearTimeout(timer); }
}

/** Every command may come twice, so a desk that failed is asked again, by a new stub. */
async function ask(host, site, what) {
  try {
    return await what(host.desk(site));
  } catch (wrong) {
    if (wrong.overloaded) return unavailable();
    try { return await what(host.desk(site)); } catch { return unavailable(); }
  }
}

/** The response to a request that comes from an address, by an origin of this server if it is known by that name. */
export async function answer(request, address, ownOrigin, host) {
  const found = await carryOut(request, address, ownOrigin, host);
  if (found instanceof Response) return found;
  const { status, headers, body } = found;
  return new Response(body, { status, headers: [...headers, ...JSON.parse(common_headers(ownOrigin?.startsWith("https:") ?? false))] });
}

/** Carries out what the front makes of a request: an answer, or the response that begins a socket. A host has `file`, `desk` and `socket`. */
async function carryOut(request, address, ownOrigin, host) {
  const header = (name) => request.headers.get(name) ?? undefined;
  // The name in `Host` is anybody's.
  const url = URL.parse(request.url);
  if (!url) return plain(400, "expected the name of a host");
  const secret = random() + random();
  const action = JSON.parse(theServer().action(request.method, url.pathname, ownOrigin, header("origin"), header("cookie"), header("authorization"),
    header("referer"), header("sec-websocket-key") ?? host.noHandshake, header("sec-websocket-version") ?? host.noHandshake, address, Date.now(), peerId(), secret));
  if (action.answer) return action.answer;
  if (action.file) return (await host.file(request, action.file)) ?? plain(404, "not found");
  if (action.frame) {
    const { site, peer, most_bytes, cookie } = action.frame;
    const bytes = await inTime(body(request, most_bytes), null);
    if (bytes === null) return JSON.parse(body_was_slow());
    if (bytes === undefined) return JSON.parse(too_large(most_bytes));
    let text;
    try { text = utf8.decode(bytes); } catch { return JSON.parse(not_text()); }
    return JSON.parse(await ask(host, site, (desk) => desk.frame(site, JSON.stringify(peer), text, cookie ?? undefined)));
  }
  if (action.link) {
    const { site, agent, secret, link } = action.link;
    return JSON.parse(await ask(host, site, (desk) => desk.admit(site, agent, secret, link)));
  }
  if (action.sign_out) {
    const { site, agent, answer } = action.sign_out;
    return JSON.parse(await ask(host, site, (desk) => desk.revoke(site, agent, answer)));
  }
  if (action.erase) {
    const { site, peer, conversation } = action.erase;
    return JSON.parse(await ask(host, site, (desk) => desk.erase(site, peer, conversation)));
  }
  if (action.backup || action.check) return plain(501, "copies and checks are the platform's here");
  if (header("upgrade")?.toLowerCase() !== "websocket") return plain(426, "expected a WebSocket");
  return host.socket(request, action.socket.site, JSON.stringify(action.socket.peer));
}

/** Bytes that wait for a slow peer, where the platform says it. */
const MOST_WAITING = 1024 * 1024;

/** Requests of one transaction. */
const MOST = 64;

const said = (body) => JSON.stringify(plain(200, body));

/** A desk over a platform's class, which has `site`, `read`, `write`, `transaction`, `wake`, `sockets`, `kept` and `keep`, and `emptyLog`
 *  where what was deleted would stay in a log. */
export const DeskOver = (Platform) => class extends Platform {
  waiting = [];
  /** Sockets whose peers read too slowly. */
  slow = new Set();

  /** One piece of work, in one transaction; what it gives is sent when that is done. */
  work(piece) {
    try {
      if (!this.runner) {
        console.info("a desk is opened");
        this.runner = this.transaction(() => theServer().open(this.site, this, Date.now(), this.sockets().map((socket) => peer_of(this.kept(socket)))));
        for (const line of this.runner.unreadable()) console.error(`site ${this.site}: ${line}`);
        // An object that slept has forgotten when; the platform has one alarm, and the desk's next deadline takes its place.
        for (const socket of this.sockets()) this.lookAgain(look(0, this.kept(socket))[1]);
      }
      const { sends, result } = this.transaction(() => piece(this.runner));
      // A receipt may be among them.
      if (this.runner.must_purge()) this.emptyLog?.();
      for (let i = 0; i < sends.length; i += 2) {
        for (const socket of this.sockets(sends[i])) {
          // A peer that is gone or too slow will come back.
          try { socket.bufferedAmount > MOST_WAITING ? this.slow.add(socket) : socket.send(sends[i + 1]); } catch {}
          // Signed out, or erased: what it hears last.
          if (!this.runner.listens(sends[i])) {
            this.keep(socket, unknown(Date.now(), this.kept(socket)));
            this.lookAgain(closes_at(this.kept(socket)));
          }
        }
      }
      if (this.slow.size > 0) this.checkAt = Date.now();
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
      console.error(`a desk was dropped, to be opened again: ${wrong}`);
      throw wrong;
    }
  }

  /** The same, once more if it failed: another desk's panic may have taken the module away. */
  workTwice(piece) {
    try { return this.work(piece); } catch { return this.work(piece); }
  }

  /** The sockets are to be looked at then, if not before. */
  lookAgain(at) { this.checkAt = Math.min(this.checkAt ?? Infinity, at); }

  setTimer() {
    const at = Math.min(this.runner.deadline() ?? Infinity, this.checkAt ?? Infinity);
    if (at < Infinity && at !== this.timerAt) this.wake((this.timerAt = at));
  }

  frame(site, peer, text, cookie) {
    this.site = site;
    return new Promise((done, failed) => {
      if (this.waiting.push({ asked: [peer, text, cookie], done, failed }) === 1) setTimeout(() => this.turn());
    });
  }

  /** All that wait together; if that fails each by itself, so that one who is to blame takes nobody along. */
  turn() {
    const some = this.waiting.splice(0, MOST);
    if (this.waiting.length > 0) setTimeout(() => this.turn());
    const request = (asked) => (runner) => {
      const [result, sends] = runner.requests(Date.now(), asked);
      return { sends, result };
    };
    if (some.length > 1) {
      try {
        const answers = this.work(request(some.flatMap(({ asked }) => asked)));
        return some.forEach(({ done }, i) => done(answers[i]));
      } catch {}
    }
    for (const { asked, done, failed } of some) {
      try { done(this.workTwice(request(asked))[0]); } catch (wrong) { failed(wrong); }
    }
  }

  admit(site, agent, secret, link) {
    this.site = site;
    return this.workTwice((runner) => ({ sends: runner.admit(Date.now(), agent, secret), result: said(link) }));
  }

  revoke(site, agent, answer) {
    this.site = site;
    return this.workTwice((runner) => ({ sends: runner.revoke(Date.now(), agent), result: said(answer) }));
  }

  erase(site, peer, conversation) {
    this.site = site;
    return this.workTwice((runner) => {
      const [result, sends] = runner.erase(Date.now(), peer, conversation);
      return { sends, result };
    });
  }

  /** A socket that has been let in. */
  opened(socket) {
    this.lookAgain(closes_at(this.kept(socket)));
    const stays = this.workTwice((runner) => ({ sends: runner.due(Date.now()), result: runner.lets_in(Date.now(), this.kept(socket)) }));
    if (!stays) this.cut(socket);
  }

  heard(socket, message) {
    // What a flood has left behind when it was closed.
    if (socket.readyState !== WebSocket.OPEN) return;
    try {
      const [refused, closed] = this.workTwice((runner) => {
        const [attachment, refused, closed, sends] = runner.frame(Date.now(), this.kept(socket), typeof message === "string" ? message : undefined);
        this.keep(socket, attachment);
        return { sends, result: [refused, closed] };
      });
      if (refused) socket.send(refused);
      if (closed) this.cut(socket, closed);
    } catch {
      // It comes back with its last number.
      this.cut(socket);
    }
  }

  gone(socket) {
    try {
      this.workTwice((runner) => ({ sends: runner.left(Date.now(), this.kept(socket)) }));
    } catch {
      // Opening the desk again tells it who is left.
    }
  }

  /** `why` is a `front::Close`, as JSON. */
  cut(socket, why = close(false)) {
    const { code, reason } = JSON.parse(why);
    try { socket.close(code, reason); } catch {}
    this.slow.delete(socket);
    this.forget?.(socket);
    this.gone(socket);
  }

  /** Must not throw: Cloudflare would try it six times and then never again. */
  due() {
    this.timerAt = this.checkAt = undefined;
    try {
      for (const socket of this.sockets()) {
        if (this.slow.has(socket)) { this.cut(socket); continue; }
        if (closes_at(this.kept(socket)) <= Date.now()) { this.cut(socket, close(true)); continue; }
        // A page in a hidden tab has hardly a timer, but it answers what it is sent.
        const [attachment, at, ask] = look(Date.now(), this.kept(socket));
        if (ask) {
          this.keep(socket, attachment);
          try { socket.send(ask); } catch {}
        }
        this.lookAgain(at);
      }
      this.workTwice((runner) => ({ sends: runner.due(Date.now()) }));
    } catch {
      this.failures = (this.failures ?? 0) + 1;
      this.wake(Date.now() + Math.min(5_000, 250 * 2 ** this.failures));
    }
  }
};
