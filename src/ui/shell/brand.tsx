import { Link } from "@tanstack/react-router";

/** Bars of the usual, one that stands out. */
export function Mark() {
  return (
    <svg width="22" height="16" aria-hidden="true">
      {[
        [0, 9],
        [4, 11],
        [8, 10],
        [12, 12],
        [20, 10],
      ].map(([x = 0, h = 0]) => (
        <rect key={x} className="own" x={x} y={16 - h} width="2.4" height={h} />
      ))}
      <rect className="obs" x="16" y="0" width="2.4" height="16" />
    </svg>
  );
}

export function Brand() {
  return (
    <Link to="/" className="brand" aria-label="Wonted, to the queue">
      <Mark />
      Wonted
    </Link>
  );
}
