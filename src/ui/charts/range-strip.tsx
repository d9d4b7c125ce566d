import type { Why } from "../client/types.ts";
import { measured } from "../words/numbers.ts";
import { plain } from "../words/plain.ts";
import { numberIn, usualOf } from "../words/usual.ts";
import { makeScale, px } from "./scale.ts";

const W = 150;

/**
 * What decides: the usual as a band, now as a mark on the same scale. Where the reason has no range, both in words, one under the other; a number that stands
 * on no scale of the reader's is said by how rare it is.
 */
export function RangeStrip({ why }: { why: Why }) {
  const value = numberIn(why.observed);
  const usual = usualOf(why);
  const now = typeof why.observed === "number" ? measured(why.observed, usual?.unit) : why.observed;
  const label = plain(`usual ${why.expected}, now ${now}`);
  if (value === undefined || usual === undefined) {
    return (
      <svg width={W} height="26" role="img" aria-label={label}>
        <text x="0" y="10">
          {cut(usualWords(String(why.expected)), 27)}
        </text>
        <circle className="obs" cx="4" cy="19.5" r="3.5" />
        <text className="m" x="13" y="23.5">
          {cut(typeof why.observed === "number" && why.p !== undefined ? rarity(why.p) : now, 23)}
        </text>
      </svg>
    );
  }
  const scale = makeScale([usual.low, usual.high, usual.mid ?? usual.high, value], 3, W - 8);
  const low = scale.at(usual.low);
  const high = Math.max(low + 1, scale.at(usual.high));
  const at = scale.at(value);
  const outside = value > usual.high || value < usual.low;
  return (
    <svg width={W} height="26" role="img" aria-label={label}>
      <path className="axl" d={`M0 18H${W}`} />
      <rect className="peer" x={px(low)} y="14" width={px(high - low)} height="8" />
      <path className="ln" d={`M${px(low + 0.5)} 14v8M${px(high - 0.5)} 14v8`} />
      {usual.mid === undefined ? null : <path className="ln" strokeWidth="2" d={`M${px(scale.at(usual.mid))} 14v8`} />}
      <path className={outside ? "lobs" : "ln"} d={`M${px(at)} 12v12`} />
      <circle className={outside ? "obs" : "own"} cx={px(at)} cy="18" r="3.5" />
      <Words usual={usual.mid === undefined ? String(why.expected) : measured(usual.mid, usual.unit)} now={now} at={0} />
    </svg>
  );
}

/** "one in 5,400": two digits, for more are not known. */
export function rarity(p: number): string {
  const oneIn = 1 / Math.min(1, Math.max(p, 1e-9));
  return `one in ${Number(oneIn.toPrecision(2)).toLocaleString("en")}`;
}

/** The words over the strip, each cut to what fits. */
function Words({ usual, now, at }: { usual: string; now: string; at: number }) {
  const nowText = cut(now, 16);
  const left = cut(usualWords(usual), Math.max(6, 26 - nowText.length));
  return (
    <>
      <text x={at} y="10">
        {left}
      </text>
      <text className="m end" x={W} y="10">
        {nowText}
      </text>
    </>
  );
}

/** The first clause of the learner's words, said to be the usual where that is not plain. */
function usualWords(usual: string): string {
  const [first = usual] = usual.split(/[,:;]\s/);
  return first.length > 18 || /usual|never|no |^0 of/i.test(first) ? first : `${first} usual`;
}

function cut(text: string, max: number): string {
  const points = [...plain(text, 60)];
  return points.length <= max ? points.join("") : `${points.slice(0, max - 1).join("")}…`;
}
