import { expect, test } from "vitest";
import { live, MONDAY, makeLife, outbound } from "../../test/support/learning.ts";
import { HOUR, MINUTE } from "../base/time.ts";
import { ByteWriter } from "../stats/bytes.ts";
import { LearnedState } from "./learned-state.ts";

const VERSION_AT = 4 + 2 * "wonted-pattern-of-life".length;

function learned() {
  const life = makeLife(4);
  for (let h = 0; h < 60; h++)
    live(
      life,
      [0, 1, 2, 3].map((d) => outbound(MONDAY + h * HOUR + d * MINUTE, d, `93.184.0.${(h + d) % 5}`)),
    );
  return life;
}

/** The state as a version saved it that did not know its last parts yet. */
function asVersion(bytes: Uint8Array, version: number): Uint8Array {
  const state = LearnedState.loaded(bytes, {});
  if (!state.ok) throw new Error(state.error.reason);
  const { rollBack, roles, outflow, groups, addresses } = state.value;
  const tail = new ByteWriter();
  if (version < 4) for (const part of [rollBack, roles]) part.save(tail);
  if (version < 5) outflow.save(tail);
  if (version < 6) groups.behaviour.save(tail);
  if (version < 7) addresses.saveCallers(tail);
  if (version < 8) addresses.saveStretches(tail);
  const out = bytes.slice(0, bytes.length - tail.finish().length);
  out[VERSION_AT] = version;
  return out;
}

test("states of versions 3 to 7 load, score what they knew as before, and go on", () => {
  const life = learned();
  const bytes = life.save();
  const now = MONDAY + 61 * HOUR;
  const asked = (of: ReturnType<typeof makeLife>) => {
    const { endpointNovelty, endpointP, portNovelty, historyHours, hourP } = of.score(outbound(now, 1, "93.184.0.2"));
    return { endpointNovelty, endpointP, portNovelty, historyHours, hourP };
  };
  const before = asked(life);
  for (const version of [3, 4, 5, 6, 7]) {
    const other = makeLife(4);
    expect(other.load(asVersion(bytes, version)), `version ${version}`).toEqual({ ok: true, value: undefined });
    expect(asked(other), `version ${version}`).toEqual(before);
    live(other, [outbound(now + HOUR, 1, "93.184.0.2")]);
    other.advance(now + 3 * HOUR);
    // What it saves is of this version, and loads.
    expect(makeLife(4).load(other.save())).toMatchObject({ ok: true });
  }
});

test("a state of a newer version is refused with a word, and nothing changes", () => {
  const life = learned();
  const bytes = life.save();
  const newer = bytes.slice();
  newer[VERSION_AT] = 99;
  expect(life.load(newer)).toMatchObject({
    ok: false,
    error: { code: "state-version", reason: expect.stringMatching(/version 99.*reads version \d+; it will learn anew/) },
  });
  expect(Buffer.compare(life.save(), bytes)).toBe(0);
});
