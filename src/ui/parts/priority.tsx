/** Priority 0-5 as squares with its number. */
export function Priority({ value }: { value: number }) {
  return (
    <span className="sev">
      <svg width="58" height="10" role="img" aria-label={`priority ${value} of 5`}>
        {[0, 1, 2, 3, 4].map((i) => (
          <rect key={i} className={i < value ? (value >= 4 ? "u4" : "own") : "peer"} x={i * 12} width="10" height="10" />
        ))}
      </svg>
      <span className={value >= 4 ? "mk" : ""}>{value}</span>
    </span>
  );
}
