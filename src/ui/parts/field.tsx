import type { ReactNode } from "react";

/** A labelled field; what is wrong stands under it, in words. */
export function Field({ label, hint, bad, children }: { label: string; hint?: ReactNode; bad?: string | undefined; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="field">
      <span>{label}</span>
      {children}
      {hint === undefined ? null : <span className="hint">{hint}</span>}
      {bad === undefined ? null : (
        <span className="bad" role="alert">
          {bad}
        </span>
      )}
    </label>
  );
}
