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

export class Desk extends Real {
  run(sql, values) {
    if (failures > 0) {
      failures -= 1;
      throw new Error("the storage is away");
    }
    return super.run(sql, values);
  }
}
