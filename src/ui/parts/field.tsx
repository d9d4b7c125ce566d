import { cloneElement, type ReactElement, type ReactNode, useId } from "react";

interface Control {
  "aria-describedby"?: string;
}

/** A labelled field; what is wrong stands under it, in words, and is read with it. */
export function Field({ label, hint, bad, children }: { label: string; hint?: ReactNode; bad?: string | undefined; children: ReactElement<Control> }) {
  const id = useId();
  const described = hint !== undefined || bad !== undefined;
  return (
    <div className="field">
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the control is the child */}
      <label>
        <span>{label}</span>
        {described ? cloneElement(children, { "aria-describedby": id }) : children}
      </label>
      {described ? (
        <span id={id} className="notes">
          {hint === undefined ? null : <span className="hint">{hint}</span>}
          {bad === undefined ? null : (
            <span className="bad" role="alert">
              {bad}
            </span>
          )}
        </span>
      ) : null}
    </div>
  );
}
