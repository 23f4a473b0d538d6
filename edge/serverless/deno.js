// The Deno host: `OPERATOR_TOKEN=... deno run --allow-net --allow-read --allow-write --allow-env main.js`, one SQLite file a desk.

import { DatabaseSync } from "node:sqlite";
import { beside, closes_at, initSync, peer_of, Server, too_large, unavailable } from "./core.js";
