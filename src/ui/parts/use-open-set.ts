import { useState } from "react";

/** A set of ids that are open. */
export function useOpenSet(): { open: ReadonlySet<string>; toggle: (id: string | undefined) => void } {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  return {
    open,
    toggle: (id) => {
      if (id === undefined) return;
      setOpen((old) => {
        const next = new Set(old);
        if (!next.delete(id)) next.add(id);
        return next;
      });
    },
  };
}
