import { copyFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { MINUTE } from "../../src/base/time.ts";
import { openStore } from "../../src/store/index.ts";
import { append, connLine, httpLine, type LiveLab, liveLab } from "../support/live-lab.ts";
import { madeOffice, writeOffice } from "../support/made-office.ts";

vi.setConfig({ testTimeout: 180_000 });

const HEAD = (log: string): string => log.slice(0, log.indexOf("\n", log.indexOf("#types")) + 1);

/** Ids of all stored events, as often as they are stored, and how many alerts of each model. */
async function stored(lab: LiveLab): Promise<Map<string, number>> {
  const store = await openStore({ dir: lab.data, clock: lab.clock });
  const counts = new Map<string, number>();
  let after: string | undefined;
  do {
    const page = await store.ask("scan", {
      from: 0,
      to: lab.clock.now() + 1e9,
      families: ["conn", "http"],
      limit: 5_000,
      ...(after === undefined ? {} : { after }),
    });
    for (const event of page.events) counts.set(event.id, (counts.get(event.id) ?? 0) + 1);
    after = page.next;
  } while (after !== undefined);
  await store.close();
  return counts;
}

/** Messages of the stream until one of this type comes. */
async function streamUntil(lab: LiveLab, type: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`${lab.url}/api/v1/stream`, { headers: { authorization: `Bearer ${lab.token}` } });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  let text = "";
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString("utf8");
    for (const [, data = ""] of text.matchAll(/^data: (.*)\n\n/gm)) {
      const message = JSON.parse(data) as Record<string, unknown>;
      if (message.type === type) return message;
    }
  }
  throw new Error("the stream ended");
}

test("logs grow, are renamed, truncated and the platform restarts: every event is stored once; an alert comes through list, window and stream (D1, D29)", async () => {
  const made = madeOffice(60, false);
  const lab = await liveLab(made.end - 6 * MINUTE);
  writeOffice(lab.logs, made);
  let n = 0;
  let lines = made.lines;
  const feed = (now: number): void => {
    append(lab.logs, "conn.log", connLine(now, ++n) + connLine(now + 1, ++n, "10.1.0.11"));
    append(lab.logs, "http.log", httpLine(now + 2, ++n));
    lines += 3;
  };
  await lab.start();
  await lab.pass(2 * MINUTE, feed);

  // Zeek's own rotation: a new name, a new file that begins with the header.
  renameSync(join(lab.logs, "conn.log"), join(lab.logs, "conn.2024-03-06-12-00-00.log"));
  writeFileSync(join(lab.logs, "conn.log"), HEAD(made.conn));
  await lab.pass(2 * MINUTE, feed);

  // Copy and truncate, as logrotate does, right after a line was written that nobody has read yet.
  feed(lab.clock.now());
  await lab.pass(MINUTE);
  copyFileSync(join(lab.logs, "http.log"), join(lab.logs, "http.1.log"));
  truncateSync(join(lab.logs, "http.log"), 0);
  append(lab.logs, "http.log", HEAD(made.http));
  await lab.pass(2 * MINUTE, feed);

  // A restart in the middle of a line; the rest of it, and more, comes while the platform is down.
  const half = connLine(lab.clock.now() + 3, ++n);
  append(lab.logs, "conn.log", half.slice(0, 40));
  await lab.pass(MINUTE);
  await lab.stop();
  append(lab.logs, "conn.log", half.slice(40));
  lines++;
  feed(lab.clock.now() + 4);
  await lab.start();
  await lab.pass(2 * MINUTE, feed);

  const message = streamUntil(lab, "alert");
  await lab.pass(MINUTE, (now) => {
    append(lab.logs, "http.log", httpLine(now, ++n, "python-requests/2.31.0", "10.1.0.13"));
    lines++;
  });
  expect(await message).toMatchObject({ type: "alert", model: "Device / New User Agent to Internal Server", entity: { ip: "10.1.0.13" } });
  const { alerts } = await lab.get<{ alerts: { id: string; model: string }[] }>("/api/v1/alerts");
  expect(alerts.map((a) => a.model)).toEqual(["Device / New User Agent to Internal Server"]);
  const window = await lab.get<{ records: { file: string; line: number; raw?: string; fields: { userAgent?: string } }[]; why: { feature: string }[] }>(
    `/api/v1/alerts/${alerts[0]?.id}`,
  );
  expect(window.why.map((w) => w.feature)).toContain("userAgent");
  // What it cites is the very line of the file.
  const record = window.records.find((r) => r.fields.userAgent === "python-requests/2.31.0");
  expect(readFileSync(record?.file ?? "", "utf8").split("\n")[(record?.line ?? 0) - 1]).toBe(record?.raw);
  expect(await lab.get<{ rejected: number }>("/api/v1/sources/office")).toMatchObject({ rejected: 0 });

  await lab.stop();
  const counts = await stored(lab);
  expect([...counts.values()].filter((times) => times !== 1)).toEqual([]);
  expect(counts.size).toBe(lines);
});
