import { useState } from "react";
import type { MailLetter } from "../../client/types.ts";

/** The code as it was found, two of its corners covered so that no camera reads it off the screen; bare only when asked for. */
export function CodePicture({ mail, code }: { mail: string; code: MailLetter["codes"][number] | undefined }) {
  const [bare, setBare] = useState(false);
  if (code?.picture !== true)
    return (
      <div className="pic">
        <span className="small dim">no picture kept</span>
      </div>
    );
  return (
    <div className="pic">
      <span className={bare ? "code bare" : "code"}>
        <img
          src={`/api/v1/mails/${encodeURIComponent(mail)}/codes/${code.n}`}
          alt={bare ? "the code as it was found" : "the code, two corners covered"}
          draggable={false}
        />
        {bare ? null : <i aria-hidden="true" />}
      </span>
      <button
        type="button"
        className="quiet small"
        aria-pressed={bare}
        onClick={() => setBare(!bare)}
        title="Uncovered it can be scanned: it leads where the attacker wants."
      >
        {bare ? "cover" : "uncover"}
      </button>
    </div>
  );
}
