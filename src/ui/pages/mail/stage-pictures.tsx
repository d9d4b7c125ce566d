import { plain } from "../../words/plain.ts";

/** Sketches of what a layer is; they show no content but the name of a file. */
export function LetterPicture({ file }: { file: string | undefined }) {
  return (
    <div className="pic">
      <svg width="132" height="96" aria-hidden="true">
        <rect x="0.5" y="0.5" width="131" height="95" fill="var(--raised)" stroke="var(--rule-2)" />
        <path d="M10 16H70M10 30H122M10 40H110M10 50H118" stroke="var(--rule-2)" strokeWidth="3" />
        {file === undefined ? null : (
          <>
            <rect x="10" y="66" width="112" height="18" fill="none" stroke="var(--mark)" />
            <text className="m" x="16" y="79" style={{ fontSize: 11 }}>
              {plain(file, 16)}
            </text>
          </>
        )}
      </svg>
    </div>
  );
}

export function DocumentPicture({ code }: { code: boolean }) {
  return (
    <div className="pic">
      <svg width="76" height="100" aria-hidden="true">
        <rect x="0.5" y="0.5" width="75" height="99" fill="var(--picture)" stroke="var(--rule-2)" />
        <path d="M10 12H50M10 20H66M10 28H60" stroke="#c9c0b0" strokeWidth="3" />
        {code ? <rect x="20" y="38" width="36" height="36" fill="none" stroke="#b53c0a" strokeWidth="1.5" /> : null}
        {code ? <path d="M25 43h8v8h-8zM43 43h8v8h-8zM25 61h8v8h-8zM40 58h4v4h-4zM46 64h5v5h-5z" fill="#1d1914" /> : null}
        <path d="M10 84H66M10 91H40" stroke="#c9c0b0" strokeWidth="3" />
      </svg>
    </div>
  );
}

export function LinkPicture() {
  return (
    <div className="pic">
      <svg width="132" height="92" aria-hidden="true">
        <rect x="0.5" y="0.5" width="131" height="91" fill="var(--raised)" stroke="var(--rule-2)" />
        <path className="axl" d="M0 16H132" />
        <circle cx="9" cy="8" r="2.4" className="peer" />
        <circle cx="17" cy="8" r="2.4" className="peer" />
        <rect x="26" y="4" width="98" height="8" className="peer" />
        <path d="M20 34H112V76H20z" fill="none" stroke="var(--hatch)" strokeDasharray="3 3" />
        <text className="mid" x="66" y="59" style={{ fontSize: 11 }}>
          not visited
        </text>
      </svg>
    </div>
  );
}
