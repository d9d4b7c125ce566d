import { visibleText } from "../../base/escape.ts";
import type { DeviceDetail } from "../client/types.ts";
import { usePreferences } from "../prefs/preferences.ts";
import { dayShort } from "../words/time.ts";
import { px } from "./scale.ts";

const WORDS: Readonly<Record<string, string>> = { hostname: "Name", ip: "Address", mac: "Hardware", user: "User", os: "System" };
const ORDER = ["hostname", "ip", "mac", "user", "os"];
const ROW = 20;
const LEFT = 64;
const NEW = 86_400_000;

/** What the device was called over time: one row per kind of name, one bar per value, from when to when; a value of the last day is marked. */
export function IdentityBars({ facts, end, width = 388 }: { facts: DeviceDetail["identity"]; end: number; width?: number }) {
  const { clock } = usePreferences();
  const kinds = ORDER.filter((kind) => facts.some((f) => f.what === kind));
  const from = Math.min(end - NEW, ...facts.map((f) => Date.parse(f.from)));
  const x = (t: number): number => LEFT + ((t - from) / Math.max(1, end - from)) * (width - LEFT);
  const lanes = kinds.flatMap((kind) => lanesOf(facts.filter((f) => f.what === kind)).map((lane, i) => ({ kind, first: i === 0, lane })));
  const height = lanes.length * ROW + 18;
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={`Identity over time: ${facts.map((f) => `${WORDS[f.what] ?? visibleText(f.what, { max: 20 })} ${visibleText(f.value, { max: 60 })}`).join(", ")}`}
    >
      {lanes.map(({ kind, first, lane }, row) => (
        <g key={`${kind}${lane[0]?.value}${lane[0]?.from}`}>
          {first ? (
            <text className="end" x={LEFT - 8} y={row * ROW + 13}>
              {WORDS[kind] ?? kind}
            </text>
          ) : null}
          {lane.map((fact) => (
            <Bar
              key={`${fact.value}${fact.from}`}
              fact={fact}
              x={x(Date.parse(fact.from))}
              to={Math.max(x(Date.parse(fact.to)), x(Date.parse(fact.from)) + 4)}
              y={row * ROW}
              end={end}
              right={width}
            />
          ))}
        </g>
      ))}
      {[0, 1 / 3, 2 / 3].map((s) => (
        <text key={s} className={s === 0 ? "" : "mid"} x={px(LEFT + s * (width - LEFT))} y={height - 3}>
          {dayShort(from + s * (end - from), clock)}
        </text>
      ))}
      <text className="end" x={width} y={height - 3}>
        {dayShort(end, clock)}
      </text>
    </svg>
  );
}

type Fact = DeviceDetail["identity"][number];

function Bar({ fact, x, to, y, end, right }: { fact: Fact; x: number; to: number; y: number; end: number; right: number }) {
  const isNew = end - Date.parse(fact.from) < NEW;
  const room = to - x < 60 ? 130 : to - x;
  const text = visibleText(fact.value, { max: 60 });
  const fits = Math.floor(room / 6);
  const short = [...text].length <= fits ? text : `${[...text].slice(0, Math.max(1, fits - 1)).join("")}…`;
  const narrow = to - x < 60;
  // A short stay has its name beside the bar: before it at the right end, after it elsewhere.
  const before = narrow && x > right - 140;
  return (
    <g>
      <title>{`${text}, by ${visibleText(fact.by, { max: 40 })}`}</title>
      <rect className={isNew ? "u2" : "peer"} x={px(x)} y={y + 2} width={px(Math.max(2, to - x - 1))} height={ROW - 4} />
      <text className={`${isNew ? "m" : "d"} lg ${before ? "end" : ""}`} x={px(before ? Math.min(x, right) - 5 : narrow ? to + 4 : x + 5)} y={y + 14}>
        {short}
      </text>
    </g>
  );
}

/** Facts of one kind in lanes without overlap: most devices have one address at a time, some two. At most three lanes; more are in the table. */
function lanesOf(facts: readonly Fact[]): Fact[][] {
  const lanes: Fact[][] = [];
  for (const fact of [...facts].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const free = lanes.find((lane) => (lane.at(-1)?.to ?? "") <= fact.from);
    if (free !== undefined) free.push(fact);
    else if (lanes.length < 3) lanes.push([fact]);
  }
  return lanes;
}
