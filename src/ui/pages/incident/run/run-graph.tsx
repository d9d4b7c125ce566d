import { px } from "../../../charts/scale.ts";
import { counted } from "../../../words/numbers.ts";
import { plain } from "../../../words/plain.ts";
import type { ChatRun } from "./run-of.ts";

const W = 356;
const MOST = 30;

interface Props {
  actor: string;
  run: ChatRun;
  place: string | undefined;
  followed: ReadonlyMap<string, number>;
}

/** Who and what, in layers: where it came from, who wrote, to whom, and where the links lead. */
export function RunGraph({ actor, run, place, followed }: Props) {
  const people = run.recipients.slice(0, MOST);
  const step = Math.max(7, Math.min(14, 250 / Math.max(1, people.length)));
  // The address and its place stand above the middle.
  const middle = Math.max(118, (20 + people.length * step) / 2);
  const height = middle * 2 + 14;
  const [at, who, to] = [46, 150, 270] as const;
  const domains = run.domains.slice(0, 4);
  const yOf = (i: number): number => middle - ((people.length - 1) * step) / 2 + i * step;
  const domainY = (i: number): number => middle - ((domains.length - 1) * 46) / 2 + i * 46;
  const [name = actor, host = ""] = actor.split("@");
  const label = `${actor} wrote to ${counted(run.recipients.length, "person", "people")}; links lead to ${run.domains.join(", ") || "nowhere"}; ${counted(followed.size, "person", "people")} followed`;
  return (
    <svg viewBox={`0 0 ${W} ${height}`} width="100%" style={{ maxWidth: 480 }} role="img" aria-label={plain(label, 300)}>
      {people.map((person, i) => (
        <path
          key={person}
          className={followed.has(person) ? "flow hot" : "flow"}
          d={`M${at + 7} ${px(middle)}C${at + 60} ${px(middle)} ${who - 50} ${px(yOf(i))} ${who - 4} ${px(yOf(i))}`}
        />
      ))}
      {domains.length === 0
        ? null
        : people.map((person, i) => (
            <path
              key={person}
              className={followed.has(person) ? "flow hot" : "flow"}
              style={followed.has(person) ? undefined : { opacity: 0.25 }}
              d={`M${who + 4} ${px(yOf(i))}C${who + 50} ${px(yOf(i))} ${to - 50} ${px(domainY(0))} ${to - 8} ${px(domainY(0))}`}
            />
          ))}
      {run.addresses.slice(0, 1).map((address) => (
        <g key={address}>
          <path className="axl" d={`M${at} ${px(middle - 70)}V${px(middle - 8)}`} />
          <rect className="u2" x={at - 7} y={px(middle - 84)} width="14" height="14" />
          <text className="d" x="4" y={px(middle - 104)}>
            {plain(address, 40)}
          </text>
          <text x="4" y={px(middle - 91)}>
            {plain([place, run.addresses.length > 1 ? `and ${run.addresses.length - 1} more` : undefined].filter((p) => p !== undefined).join(", "), 40)}
          </text>
        </g>
      ))}
      <circle className="u5" cx={at} cy={px(middle)} r="8" />
      <text className="d" x="4" y={px(middle + 24)}>
        {cut(`${name}@`)}
      </text>
      <text x="4" y={px(middle + 37)}>
        {cut(host)}
      </text>
      {people.map((person, i) => (
        <circle key={person} className={followed.has(person) ? "u5" : "own"} cx={who} cy={px(yOf(i))} r={followed.has(person) ? 4.5 : 3.5}>
          <title>{plain(person, 120)}</title>
        </circle>
      ))}
      {domains.map((domain, i) => (
        <g key={domain}>
          <rect className="u2" x={to - 8} y={px(domainY(i) - 8)} width="16" height="16" />
          <text className="d mid" x={to} y={px(domainY(i) - 14)}>
            {plain(domain.replaceAll(".", "[.]"), 40)}
          </text>
        </g>
      ))}
      <text className="mid" x={who} y={height - 4}>
        {counted(run.recipients.length, "person", "people")}, {run.oneToOne === run.rows.length ? "one chat each" : counted(run.rows.length, "chat")}
      </text>
    </svg>
  );
}

/** The layers stand close: a long name keeps its beginning, the whole stands in the sentences. */
function cut(text: string): string {
  const shown = plain(text, 200);
  return shown.length > 18 ? `${shown.slice(0, 17)}…` : shown;
}
