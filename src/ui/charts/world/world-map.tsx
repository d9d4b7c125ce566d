import { plain } from "../../words/plain.ts";
import { px } from "../scale.ts";
import { LAND } from "./land.ts";
import { countryName, placeOf } from "./places.ts";
import { project, WORLD_HEIGHT, WORLD_WIDTH } from "./project.ts";

export interface PlaceMark {
  /** ISO 3166-1 code; anything else stands beside the map, in words. */
  country: string;
  /** Hours, for the size of the mark. */
  weight: number;
  /** Drawn as unusual: new to the user. */
  apart: boolean;
  /** Short words at the mark: "43 days". */
  words: string;
}

const MOST_LABELS = 6;
/** The picture is drawn in 720 px and shown in about half: letters are twice as large in it. */
const LETTERS = 21;

/** Where somebody was: land without borders, one mark a country, sized by the root of the hours; what is new is vermilion and named first. */
export function WorldMap({ marks, label }: { marks: readonly PlaceMark[]; label: string }) {
  const most = Math.max(1, ...marks.map((m) => m.weight));
  const placed = marks
    .map((mark) => ({ mark, at: placeOf(mark.country) }))
    .filter((p): p is { mark: PlaceMark; at: readonly [number, number] } => p.at !== undefined)
    .sort((a, b) => Number(a.mark.apart) - Number(b.mark.apart));
  const labelled = apartLabels(
    [...placed]
      .reverse()
      .slice(0, MOST_LABELS)
      .map(({ mark, at: [lat, lon] }) => {
        const [x, y] = project(lat, lon);
        return { mark, x, y, at: y + 7 };
      }),
  );
  return (
    <svg className="world" viewBox={`0 0 ${WORLD_WIDTH} ${WORLD_HEIGHT}`} width="100%" role="img" aria-label={label}>
      <path className="peer" d={LAND} />
      {placed.map(({ mark, at: [lat, lon] }) => {
        const [x, y] = project(lat, lon);
        const r = 6 + 12 * Math.sqrt(mark.weight / most);
        return (
          <circle key={mark.country} className={mark.apart ? "obs" : "own"} cx={px(x)} cy={px(y)} r={px(r)} stroke="var(--paper)" strokeWidth="2">
            <title>{plain(`${countryName(mark.country)}: ${mark.words}`)}</title>
          </circle>
        );
      })}
      {labelled.map(({ mark, x, at }) => {
        const left = x > WORLD_WIDTH * 0.62;
        return (
          <text
            key={mark.country}
            className={`halo ${mark.apart ? "m" : "d"}${left ? " end" : ""}`}
            x={px(left ? x - 24 : x + 24)}
            y={px(at)}
            style={{ fontSize: LETTERS }}
          >
            {plain(`${countryName(mark.country)}, ${mark.words}`, 40)}
          </text>
        );
      })}
    </svg>
  );
}

/** Labels that would lie on one another move down. */
function apartLabels<T extends { x: number; at: number }>(labels: T[]): T[] {
  const sorted = labels.sort((a, b) => a.at - b.at);
  for (let i = 1; i < sorted.length; i++) {
    const [above, here] = [sorted[i - 1], sorted[i]];
    if (above !== undefined && here !== undefined && here.at - above.at < LETTERS) here.at = above.at + LETTERS;
  }
  return sorted;
}
