import { expect, test } from "vitest";
import { alertOf, BLOCK, responseOf } from "../../test/support/response-lab.ts";
import { Places } from "../enrich/places.ts";
import { PlannedResponses } from "./planned-responses.ts";
import { PlatformCore } from "./platform-core.ts";

const ORGANISATION = {
  networks: ["10.0.0.0/8"],
  defaultNetworks: false,
  domains: [],
  nat: [],
  proxies: [],
  vpn: [],
  protected: [],
  timezone: "UTC",
  sites: [],
  people: [],
  roles: [],
};
const ASKS = responseOf(BLOCK.replace("mode: autonomous", "mode: confirm"), "Test/Ask.yaml");
const ACTS = responseOf(
  BLOCK.replace("model: Test / One}]}", "model: Test / One, minScore: 80}]}").replace(
    "alerts: [{model: Test / One}]",
    "alerts: [{model: Test / One, score: 90}]",
  ),
);

function planned(): PlannedResponses {
  const core = new PlatformCore({ organisation: ORGANISATION, roles: new Map(), models: [], places: new Places([]) }, () => []);
  return new PlannedResponses(core, ORGANISATION, [ASKS, ACTS], { standard: "content" });
}
const alert = (id: string, minutes: number, score: number) => alertOf({ id, time: 1_000_000 + minutes * 60_000, score });

test("a proposal keeps nothing from acting; what acts keeps others from asking and acting for the same while it stands", () => {
  const responses = planned();
  const states = (id: string, minutes: number, score: number): string[] => responses.take([alert(id, minutes, score)]).map((l) => l.state);
  expect(states("weak", 0, 50)).toEqual(["proposed"]);
  expect(states("weak again", 1, 50)).toEqual([]);
  expect(states("strong", 2, 90)).toEqual(["planned"]);
  expect(states("strong again", 60, 90)).toEqual([]);
  expect(states("weak once more", 90, 50)).toEqual([]);
  expect(states("after its two hours", 123, 50)).toEqual(["proposed"]);
});

test("one alert that both files are about is acted on, not asked about", () => {
  expect(planned().take([alert("strong", 0, 90)])).toMatchObject([{ state: "planned", response: "Test / Block" }]);
});
