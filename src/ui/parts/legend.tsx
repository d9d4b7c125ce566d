import type { ReactNode } from "react";

type Mark = "usual" | "peer" | "now" | "ramp" | "below" | "hatch" | "act";

/** Legend entries stand in the section's head, each mark beside its word. */
export function Legend({ items }: { items: readonly (readonly [Mark, ReactNode])[] }) {
  return (
    <>
      {items.map(([mark, words]) => (
        <span className="key" key={mark}>
          <svg width="10" height="10" aria-hidden="true">
            {shape(mark)}
          </svg>
          {words}
        </span>
      ))}
    </>
  );
}

function shape(mark: Mark): ReactNode {
  if (mark === "now") return <circle className="obs" cx="5" cy="5" r="4" />;
  if (mark === "below") return <circle className="peer" cx="5" cy="5" r="3" />;
  if (mark === "act") return <path className="lact" d="M0 5H10" strokeWidth="1.5" />;
  if (mark === "hatch") return <path className="hatch" d="M0 4L4 0M0 8L8 0M2 10L10 2M6 10L10 6" />;
  return <rect className={mark === "usual" ? "own" : mark === "peer" ? "peer" : "u5"} width="10" height="10" />;
}
