import type { UsualRange, Why } from "../client/types.ts";
import { measured } from "../words/numbers.ts";
import { numberIn, peerUsualOf, usualOf } from "../words/usual.ts";
import { makeScale, px, type Scale } from "./scale.ts";

const W = 218;
const L = 8;
const R = W - 8;

/**
 * The observed against the usual: own history above the line, peers below, the observed through both. A measured feature stands on its own scale; one that
 * has no scale (a name, an address) on that of its probability, where the usual is by definition what happens more often than once in twenty.
 */
export function ObservedStrip({ why, label }: { why: Why; label: string }) {
  const value = numberIn(why.observed);
  const own = usualOf(why);
  const peers = peerUsualOf(why);
  if (value !== undefined && own !== undefined) {
    const scale = makeScale([own.low, own.high, value, ...(peers === undefined ? [] : [peers.low, peers.high])], L, R);
    const ordinary = value >= own.low && value <= own.high;
    return (
      <Frame label={label} at={scale.at(value)} ordinary={ordinary} ticks={scale.ticks.map((t) => [scale.at(t), measured(t, own.unit)])}>
        <Band scale={scale} range={own} y={5} className="own" />
        {peers === undefined ? null : <Band scale={scale} range={peers} y={16.5} className="peer" />}
      </Frame>
    );
  }
  if (why.p === undefined) {
    return (
      <svg width={W} height="42" role="img" aria-label={label}>
        <path className="ax" d={`M${L} 16H${R}`} />
        <text x={L} y="34">
          a fact: it has no scale
        </text>
      </svg>
    );
  }
  const oneIn = 1 / Math.max(why.p, 1e-9);
  const scale = makeScale([1, oneIn, 10_000], L, R);
  const usual: UsualRange = { low: 1, high: 20 };
  return (
    <Frame label={label} at={scale.at(oneIn)} ordinary={oneIn <= 20} ticks={scale.ticks.map((t, i) => [scale.at(t), `${i === 0 ? "one in " : ""}${short(t)}`])}>
      <Band scale={scale} range={usual} y={5} className="own" />
    </Frame>
  );
}

function Band({ scale, range, y, className }: { scale: Scale; range: UsualRange; y: number; className: string }) {
  const from = scale.at(range.low);
  const width = Math.max(3, scale.at(range.high) - from);
  return (
    <g>
      <rect className={className} x={px(from)} y={y} width={px(width)} height="10.5" />
      {className === "peer" ? <path className="ln" d={`M${px(from)} 27h${px(width)}`} /> : null}
      {range.mid === undefined || range.mid === range.high ? null : <path className="lpaper" d={`M${px(scale.at(range.mid))} ${y}v10.5`} strokeWidth="1.5" />}
    </g>
  );
}

interface FrameProps {
  label: string;
  at: number;
  ordinary: boolean;
  ticks: readonly (readonly [number, string])[];
  children: React.ReactNode;
}

function Frame({ label, at, ordinary, ticks, children }: FrameProps) {
  return (
    <svg width={W} height="42" role="img" aria-label={label}>
      {children}
      <path className="ax" d={`M${L} 16H${R}`} />
      {ticks.map(([x, words], i) => (
        <g key={words}>
          <path className="ax" d={`M${px(x)} 29v3`} />
          <text
            className={`dense ${i === 0 ? "" : i === ticks.length - 1 ? "end" : "mid"}`}
            x={px(i === 0 ? x - 8 : i === ticks.length - 1 ? x + 8 : x)}
            y="41"
          >
            {words}
          </text>
        </g>
      ))}
      <path className={ordinary ? "ln" : "lobs"} d={`M${px(at)} 2V30`} strokeWidth="1.5" />
      <circle className={ordinary ? "paper ln-own" : "obs"} cx={px(at)} cy="16" r="4" stroke={ordinary ? "var(--own)" : "none"} strokeWidth="1.5" />
    </svg>
  );
}

function short(value: number): string {
  if (value >= 1e9) return "10⁹";
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}
