// The Worker, with a storage that fails as often as `/fail/N` says.
import worker, { Desk as Real } from "./worker.js";

let failures = 0;

export default {
  fetch(request) {
    const [, asked, times] = new URL(request.url).pathname.split("/");
    if (asked !== "fail") return worker.fetch(request);
    failures = Number(times);
    return new Response("as you wish");
  },
};

function perhaps() {
  if (failures > 0) {
    failures -= 1;
    throw new Error("the storage is away");
  }
}

export class Desk extends Real {
  read(...asked) { perhaps(); return super.read(...asked); }
  write(...asked) { perhaps(); return super.write(...asked); }
}
